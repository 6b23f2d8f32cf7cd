using System.Globalization;
using System.Text;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Releases.Plans;

/// <summary>The plan as Markdown: what a release manager reads before approving. The same plan gives the same text.</summary>
static class PlanMarkdown
{
    /// <param name="file">The plan with its digest.</param>
    /// <param name="style">How the host writes commands; null is <see cref="CommandStyle.BuildScript"/>, as the stored plan does.</param>
    public static string Render(PlanFile file, CommandStyle? style = null)
    {
        style ??= CommandStyle.BuildScript;
        var plan = file.Plan;
        var promise = plan.Promise;
        var text = new StringBuilder();
        text.Append($"# Plan {file.Digest[..8]}: {Cell(plan.Forecast.Sentence)}\n\n");
        text.Append(
            $"Database **{Cell(promise.Target.DatabaseName)}** ({promise.Environment}), commit {Code(promise.Commit ?? "none")}, asked "
                + $"for by {Cell(string.Join(" and ", plan.Requesters))}, ");
        text.Append(
            $"valid until **{Time(plan.ExpiresAt)}**, approvals needed: **{plan.ApprovalsRequired}**.\n\nDigest {Code(file.Digest)}\n");
        Section(
            text, "Rules changed by this release",
            (plan.RulesChanged ?? [])
                .Select(change =>
                    $"{Code(change.Name)}: {Cell(change.Before)} → "
                        + $"{Cell(change.After)}{(change.Location is null ? "" : $" ({Code(change.Location)})")}"));
        Losses(text, plan);
        Migrations(text, plan, style);
        Section(
            text, "Findings",
            plan.Findings.Select(finding =>
                $"**{finding.Code}** {finding.Severity}: "
                    + $"{Cell(finding.Message)}{(finding.Location is null ? "" : $" ({Code(finding.Location)})")}"));
        Rehearsal(text, plan);
        RunningRelease(text, plan);
        Section(
            text, "Drift",
            plan.Drift is null
                ? []
                : plan.Drift.Count == 0
                ? ["none: the live catalog is what the applied migrations give"]
                : plan.Drift.Select(Cell));
        Section(
            text, "Backup",
            promise.Backup is { } backup
                ? [$"{Code(backup.Location)}, {backup.Level}, of {Time(backup.TakenAt)}, manifest sha256 {Code(backup.ManifestSha256)}",
                    $"a restore loses {Cell(RestoreLoss.Words(backup.TakenAt, backup.Written))}"]
                : []);
        RollbackOptions(text, plan, style);
        Section(text, "Not checked", plan.NotChecked.Select(Cell));
        Section(text, "Waivers", plan.Waivers.Select(Cell));
        Sql(text, plan);
        return text.ToString();
    }

    static void Losses(StringBuilder text, Plan plan)
    {
        if (plan.UnknownLoss is { } why)
        {
            Section(
                text, "Data loss",
                [$"**not known**: {Cell(why)}; it counts as a loss",
                    .. plan.Losses.Select(loss => $"**{Cell(loss.Words)}**, accepted with {Code(loss.Name)}")]);
        }
        else if (plan.Rehearsal is { } rehearsal)
        {
            Section(text, "Data loss", rehearsal.Losses.Count == 0
                ? [$"none; {TextSanitizer.Count(rehearsal.Unchanged.Count, "table", "tables")} provably kept everything"]
                : rehearsal.Losses.Select(loss => $"**{Cell(loss.Words)}**, accepted with {Code(loss.Name)}"));
        }
    }

    static void Migrations(StringBuilder text, Plan plan, CommandStyle style)
    {
        if (plan.Forecast.Files.Count == 0)
        {
            return;
        }

        text.Append("\n## Migrations\n\n| migration | statements | if it fails | why |\n|---|---:|---|---|\n");
        foreach (var file in plan.Forecast.Files)
        {
            text.Append(
                $"| {Cell(file.Name)} | {file.Statements} | "
                    + $"{(file.IsAllOrNothing ? "nothing of it stays" : $"**may stop after statement {file.MayStopAfter}**")} | "
                    + $"{Cell(file.Rule)} |\n");
        }

        Section(
            text, "If a migration fails",
            plan.Forecast.Files.Where(file => !file.IsAllOrNothing).SelectMany(file => file.Recovery.Select(line => Command(style, line))));
    }

    static void Rehearsal(StringBuilder text, Plan plan)
    {
        if (plan.Rehearsal is not { } rehearsal)
        {
            return;
        }

        text.Append(
            $"\n## Rehearsal\n\nRestored in {Duration(rehearsal.RestoreMilliseconds)} on {Cell(rehearsal.Server)}; the migrations took "
                + $"{Duration(rehearsal.Milliseconds)}.\n\n");
        text.Append("| migration | time | locks | rewritten |\n|---|---:|---|---|\n");
        foreach (var migration in rehearsal.Migrations)
        {
            text.Append(
                $"| {Cell(migration.Name)} | {Duration(migration.Milliseconds)} | {Cell(string.Join(", ", migration.Locks.Select(held =>
                    $"{held.Mode} on {held.Table}")))} | {Cell(string.Join(", ", migration.Rewritten))} |\n");
        }

        Section(text, "Objects", rehearsal.Effects.Select(Cell));
        Section(
            text, "Rows",
            (rehearsal.Rows ?? [])
                .Select(table =>
                    Cell(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{table.Table}: {(table.Before is { } before ? $"{before} before, " : "new, ")}{table.After} after"))));
        if (rehearsal.Load is { } load)
        {
            Section(
                text,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Under load ({load.Operations} reads and writes of {TextSanitizer.Count(load.Tables.Count, "table", "tables")})"),
                    load.Waits.Count == 0 ? ["nothing waited"] : load.Waits.Select(Cell));
        }
    }

    static void RunningRelease(StringBuilder text, Plan plan)
    {
        if (plan.Compatibility is { } running)
        {
            Section(
                text, "Running release",
                [
                    $"{running.Tested} query shapes from {Cell(running.Source)}, tested on the migrated schema",
                    .. running.Interruption is { } interruption
                        ? [$"**{Cell(interruption.Words)}**, accepted with {Code(interruption.Name)}"]
                        : Array.Empty<string>(),
                    .. running.Shapes.Select(shape => $"**{shape.Outcome}**: {Cell(shape.Why)} ({shape.Calls} calls of {Cell(shape.Role)}"
                        + $"{(shape.Migration is null ? "" : $", from {Cell(shape.Migration)}")}"
                        + $"{(shape.Statement is { } number ? $", statement {number}," : "")}): {Code(shape.Shape)}"),
                ]);
        }
    }

    static void RollbackOptions(StringBuilder text, Plan plan, CommandStyle style)
    {
        Section(
            text, "Ways back",
            plan.RollbackOptions.Select(way => $"**{Cell(way.Name)}** ({Cell(way.Basis)}){string.Concat(way.Commands.Select(command =>
                $"\n  - {Command(style, command)}"))}"));
    }

    static void Sql(StringBuilder text, Plan plan)
    {
        foreach (var migration in plan.Migrations)
        {
            var fence = new string('`', Math.Max(3, LongestRun(migration.Sql) + 1));
            text.Append(
                $"\n## {Cell(migration.Name)}\n\n{fence}sql\n"
                    + $"{string.Join('\n', migration.Sql.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(TextSanitizer.Line))}\n"
                    + $"{fence}\n");
        }
    }

    static int LongestRun(string sql)
    {
        var (longest, run) = (0, 0);
        foreach (var c in sql)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    static void Section(StringBuilder text, string title, IEnumerable<string> items)
    {
        var lines = items.ToArray();
        if (lines.Length > 0)
        {
            text.Append($"\n## {title}\n\n");
            foreach (var line in lines)
            {
                text.Append($"- {line}\n");
            }
        }
    }

    static string Command(CommandStyle style, string line) => Code(style.Line(FixCommand.FromLine(line)));

    static string Duration(long milliseconds) => TextSanitizer.Duration(TimeSpan.FromMilliseconds(milliseconds));

    static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    static string Cell(string text) => MarkdownText.Cell(text);

    static string Code(string text) => $"`{TextSanitizer.Line(text).Replace('`', '\'')}`";
}

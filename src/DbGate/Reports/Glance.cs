using DbGate.Backups.History;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Reports.Html;
using DbGate.Reports.Html.Pictures;
using DbGate.Reports.Html.Sections;

namespace DbGate.Reports;

/// <summary>How an answer weighs.</summary>
enum GlanceTone
{
    /// <summary>As it should be.</summary>
    Plain,

    /// <summary>Not known, or not checked.</summary>
    Unknown,

    /// <summary>Something is lost or warned of.</summary>
    Bad,
}

/// <summary>One answer that a release manager weighs.</summary>
/// <param name="Section">The section of the release page that has all of it.</param>
/// <param name="Name">"Changes", "Loses", …</param>
/// <param name="Value">The answer in a few words.</param>
/// <param name="Detail">Its sentence.</param>
/// <param name="Tone">How it weighs.</param>
sealed record GlanceItem(string Section, string Name, string Value, string Detail, GlanceTone Tone = GlanceTone.Plain);

/// <summary>A release in a few answers: the same above the fold of the page, in a job's summary and in a comment. Pure.</summary>
static class Glance
{
    /// <summary>With fewer, a drop adds nothing.</summary>
    const long FewRows = 100;

    public static IReadOnlyList<GlanceItem> From(GateReport report)
    {
        var items = new List<GlanceItem>();
        if (report.Release?.Plan is { } plan)
        {
            var timeline = plan.Rehearsal is { } rehearsal ? LockTimeline.From(rehearsal) : null;
            items.Add(Changes(plan, timeline));
            items.Add(Losses(plan));
            items.Add(Locks(plan, timeline));
            items.Add(Rollback(plan));
        }

        if (report.Release is { } release && CompatibilitySection.Glance(release) is { } running)
        {
            items.Add(running);
        }

        if (report.Release?.History?.Backups is { Count: > 1 } backups && Shrunk(backups) is { } shrunk)
        {
            items.Add(shrunk);
        }

        items.Add(new(
            "unchecked", "Not checked",
            report.NotChecked.IsEmpty ? "Nothing left out" : HtmlFormat.Count(report.NotChecked.Length, "thing", "things"),
            report.NotChecked.IsEmpty ? "of what was asked for" : report.NotChecked[0],
            report.NotChecked.IsEmpty ? GlanceTone.Plain : GlanceTone.Unknown));
        if (report.Release?.Plan is { } valid)
        {
            items.Add(
                new("validity", "True until", $"{valid.ExpiresAt.UtcDateTime:HH:mm} UTC", $"{valid.ExpiresAt.UtcDateTime:yyyy-MM-dd}"));
        }

        return items;
    }

    /// <summary>
    /// Warnings to weigh before an approval, one of each kind: those of the run, and those of the plan that it took up. What the rehearsal
    /// measured as harmless is not among them.
    /// </summary>
    public static IReadOnlyList<(string Code, string Message)> Warnings(GateReport report) =>
    [
        .. report.AllProblems
            .Where(problem => problem.Severity == Severity.Warning && !(problem.Measured < ProblemGroups.Brief))
            .Select(problem => (problem.Code.Id, problem.Message))
            .Concat((report.Release?.Plan?.Findings ?? [])
                .Where(finding => finding.Severity == "warning"
                    && !report.AllProblems.Any(problem => problem.Code.Id == finding.Code && problem.Message == finding.Message))
                .Select(finding => (finding.Code, finding.Message)))
            .DistinctBy(warning => warning.Item1),
    ];

    /// <summary>Half of the rows or more are gone since the backup before: a mistake that a release would build on.</summary>
    static GlanceItem? Shrunk(IReadOnlyList<BackupPoint> backups)
    {
        BackupPoint[] newest = [.. backups.OrderByDescending(backup => backup.TakenAt).Take(2)];
        var (now, before) = (newest[0].Rows, newest[1].Rows);
        return before < FewRows || now > before / 2
            ? null
            : new("back", "Fewer rows", HtmlFormat.Count(now, "row", "rows"), $"the backup before had {before:N0}", GlanceTone.Bad);
    }

    static GlanceItem Changes(Plan plan, LockTimeline? timeline) => new(
        "changes", "Changes", plan.Migrations.Count == 0 ? "Nothing" : HtmlFormat.Migrations(plan.Migrations.Count),
        timeline is null ? "not rehearsed, so the time is not known" : $"{HtmlFormat.Short(timeline.Total)} in the rehearsal",
        timeline is null ? GlanceTone.Unknown : GlanceTone.Plain);

    static GlanceItem Losses(Plan plan) =>
        plan.Rehearsal is null ? new("losses", "Loses", "Not measured", "it was not rehearsed", GlanceTone.Unknown)
        : plan.UnknownLoss is { } why ? new("losses", "Loses", "Not known", why, GlanceTone.Unknown)
        : plan.Losses.Count == 0 ? new("losses", "Loses", "Nothing", "counted on the restored backup")
        : new("losses", "Loses", HtmlFormat.Count(plan.Losses.Count, "loss", "losses"),
            string.Join("; ", plan.Losses.Take(2).Select(loss => loss.Words)), GlanceTone.Bad);

    static GlanceItem Locks(Plan plan, LockTimeline? timeline)
    {
        if (timeline is null)
        {
            return new("changes", "Locks", "Not measured", "it was not rehearsed", GlanceTone.Unknown);
        }

        var none = new GlanceItem("changes", "Locks", "None that blocks", "no reader or writer waits");
        if (timeline.Lanes.Count == 0)
        {
            return none;
        }

        var lane = timeline.Lanes[0];
        return lane.Blocked > TimeSpan.Zero
            ? none with { Value = HtmlFormat.Short(lane.Blocked), Detail = $"reads and writes of {lane.Table} wait" }
            : lane.ReadOnly > TimeSpan.Zero ? none with { Value = HtmlFormat.Short(lane.ReadOnly), Detail = $"writes of {lane.Table} wait" }
            : none;
    }

    static GlanceItem Rollback(Plan plan)
    {
        var way = plan.RollbackOptions.FirstOrDefault(way => way.Milliseconds is not null);
        var loses = plan.Promise.Backup is { } backup
            ? $"restoring loses {RestoreLoss.Brief(backup.TakenAt, backup.Written)}"
            : "no backup belongs to this plan";
        return way is null
            ? new("back", "Rollback", plan.RollbackOptions.Count == 0 ? "Not possible" : "Never measured", loses, GlanceTone.Unknown)
            : new("back", "Rollback", HtmlFormat.Milliseconds(way.Milliseconds!.Value), loses);
    }
}

using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Releases.Plans;

/// <summary>How a deploy can be taken back, with the times that were measured. Pure but for looking whether a down script exists.</summary>
static class RollbackOptions
{
    /// <summary>What people call the script that undoes a migration.</summary>
    const string OneTable = "table.sql";
    const string DownScript = "down.sql";

    /// <param name="target">Where the deploy goes.</param>
    /// <param name="commands">For its ledger.</param>
    /// <param name="root">The project's folder: where the commands are typed.</param>
    /// <param name="backup">The backup of the plan.</param>
    /// <param name="test">The newest restore test.</param>
    /// <param name="rehearsal">What was measured.</param>
    /// <param name="pending">The migrations.</param>
    /// <param name="toResolve">True where one of them may fail yet.</param>
    /// <param name="written">What was written since the backup; null when that is not known.</param>
    public static IReadOnlyList<WayBack> From(
        Target target, LedgerCommands commands, string root, BackupProof? backup, RestoreTestRecord? test, PlanRehearsal? rehearsal,
        IEnumerable<Migration> pending, bool toResolve = true, WrittenSince? written = null)
    {
        var migrations = pending.ToArray();
        var environment = target.Environment.ToString().ToLowerInvariant();
        return
        [
            .. backup is null ? Array.Empty<WayBack>() : Restores(environment, target.DirectUrl, backup, test, rehearsal, written),
            .. Down(commands, root, migrations),
            .. migrations.Length == 0 || !toResolve ? Array.Empty<WayBack>() : [Resolve(commands, migrations)],
        ];
    }

    static WayBack[] Restores(
        string environment, PostgresUrl url, BackupProof backup, RestoreTestRecord? test, PlanRehearsal? rehearsal, WrittenSince? written)
    {
        var archive = backup.Location.Split('/', '\\')[^1];
        var (time, basis) = rehearsal is not null
            ? ((long?)rehearsal.RestoreMilliseconds,
                $"measured at the rehearsal: {TextSanitizer.Duration(TimeSpan.FromMilliseconds(rehearsal.RestoreMilliseconds))}")
            : test?.RestoreTime is { } measured
                ? ((long)measured.TotalMilliseconds,
                    $"measured by the restore test of {test.TestedAt.UtcDateTime:yyyy-MM-dd}: {TextSanitizer.Duration(measured)}")
                : (null, "never measured; a restore test measures it");
        basis = $"{basis}; it loses {RestoreLoss.Words(backup.TakenAt, written)}";
        if (backup.Recovery.Count > 0)
        {
            return [new WayBack("restore the whole cluster to the restore point", backup.Recovery, time, basis)];
        }

        var restore = FixCommand.Gate("restore", ("environment", environment), ("backup", archive));
        return
        [
            new WayBack(
                "restore the whole database",
                [Line(restore),
                    $"# or without DbGate, and then point the application at it: gunzip -c {archive} | psql --set ON_ERROR_STOP=1 <an "
                        + "empty database>"],
                time,
                basis),
            new WayBack(
                "restore one table",
                [
                    Line(restore with { Options = [.. restore.Options, ("table", CommandArgument.Placeholder("schema.table"))] }),
                    Line(FixCommand.Run(
                        "pg_dump", "--data-only", "--table", CommandArgument.Placeholder("schema.table"), $"--file={OneTable}",
                        CommandArgument.Placeholder("URL of the restored copy"))),
                    Line(PsqlLine.From(url, "--single-transaction", "--set", "ON_ERROR_STOP=1", $"--file={OneTable}")),
                ],
                time,
                $"at most as long as the whole; {basis}"),
        ];
    }

    static IEnumerable<WayBack> Down(LedgerCommands commands, string root, Migration[] migrations)
    {
        string[] lines =
        [
            .. migrations.Reverse()
                .Select(migration => (migration.Name, Script: Path.Combine(Path.GetDirectoryName(migration.Path)!, DownScript)))
                .Where(down => File.Exists(down.Script))
                .SelectMany(down => (string[])
                [
                    Line(
                        PsqlLine.From(
                            commands.Url, "--single-transaction", "--set", "ON_ERROR_STOP=1",
                            $"--file={Path.GetRelativePath(root, down.Script).Replace('\\', '/')}")),
                    Line(commands.TakenBack(down.Name)),
                ]),
        ];
        return lines.Length == 0
            ? []
            : [new WayBack("run the down scripts of the folder, newest first", lines, null, "written by hand; not rehearsed")];
    }

    static WayBack Resolve(LedgerCommands commands, Migration[] migrations) =>
        new(
            "resolve a migration that failed",
            [.. migrations.Select(migration => Line(commands.RolledBack(migration.Name)))],
            null,
            "writes the ledger only; see the forecast for what a file may leave behind");

    /// <summary>A plan stores text.</summary>
    static string Line(FixCommand command) => CommandStyle.BuildScript.Line(command);
}

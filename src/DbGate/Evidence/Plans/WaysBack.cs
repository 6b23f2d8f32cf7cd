using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Reports;

namespace DbGate.Evidence.Plans;

/// <summary>How a deploy can be taken back, with the times that were measured. Pure but for looking whether a down script exists.</summary>
static class WaysBack
{
    /// <summary>What people call the script that undoes a migration; Prisma itself knows none.</summary>
    const string DownScript = "down.sql";

    public static IReadOnlyList<WayBack> Of(
        string environment, BackupProof? backup, RestoreTestRecord? test, PlanRehearsal? rehearsal, IEnumerable<Migration> pending)
    {
        var migrations = pending.ToArray();
        return
        [
            .. backup is null ? Array.Empty<WayBack>() : Restores(environment, backup, test, rehearsal),
            .. Down(migrations),
            .. migrations.Length == 0 ? Array.Empty<WayBack>() : [Resolve(migrations)],
        ];
    }

    static WayBack[] Restores(string environment, BackupProof backup, RestoreTestRecord? test, PlanRehearsal? rehearsal)
    {
        var archive = backup.Location.Split('/', '\\')[^1];
        var (time, basis) = rehearsal is not null
            ? ((long?)rehearsal.RestoreMilliseconds, $"measured at the rehearsal: {Readable.Duration(TimeSpan.FromMilliseconds(rehearsal.RestoreMilliseconds))}")
            : test?.RestoreTime is { } measured
                ? ((long)measured.TotalMilliseconds, $"measured by the restore test of {test.TestedAt.UtcDateTime:yyyy-MM-dd}: {Readable.Duration(measured)}")
                : (null, "never measured: run ./build.sh --target=restore-test");
        var restore = $"./build.sh --target=restore --environment={environment} --backup={archive}";
        return
        [
            new WayBack(
                "restore the whole database",
                [restore, $"or without DbGate: gunzip -c {archive} | psql --set ON_ERROR_STOP=1 <an empty database>, and point the application at it"],
                time,
                basis),
            new WayBack(
                "restore one table",
                [
                    $"{restore} --table=<schema.table>",
                    "pg_dump --data-only --table='\"<Table>\"' <the database beside> | psql --single-transaction --set ON_ERROR_STOP=1 \"$DIRECT_URL\"",
                ],
                time,
                $"at most as long as the whole; {basis}"),
        ];
    }

    static IEnumerable<WayBack> Down(Migration[] migrations)
    {
        string[] commands =
        [
            .. migrations.Reverse()
                .Select(migration => (migration.Name, Script: Path.Combine(Path.GetDirectoryName(migration.Path)!, DownScript)))
                .Where(down => File.Exists(down.Script))
                .SelectMany(down => (string[])
                [
                    $"psql --single-transaction --set ON_ERROR_STOP=1 --file={down.Name}/{DownScript} \"$DIRECT_URL\"",
                    $"psql --command=\"update _prisma_migrations set rolled_back_at = now() where migration_name = '{down.Name}'\" \"$DIRECT_URL\"",
                ]),
        ];
        return commands.Length == 0
            ? []
            : [new WayBack("run the down scripts of the folder, newest first", commands, null, "written by hand; not rehearsed")];
    }

    static WayBack Resolve(Migration[] migrations) =>
        new(
            "resolve a migration that failed",
            [.. migrations.Select(migration => $"npx prisma migrate resolve --rolled-back {migration.Name}")],
            null,
            "writes the ledger only; see the forecast for what a file may leave behind");
}

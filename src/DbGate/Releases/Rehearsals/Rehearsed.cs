using System.Globalization;
using DbGate.Releases.Plans;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Load;

namespace DbGate.Releases.Rehearsals;

/// <summary>A rehearsal as the plan keeps it. Pure.</summary>
static class Rehearsed
{
    public static PlanRehearsal From(RehearsalReport report, string server, TimeSpan restore) => new(
        server,
        (long)restore.TotalMilliseconds,
        report.Migrations.Sum(migration => (long)migration.Time.TotalMilliseconds),
        [.. report.Migrations.Select(From)],
        [.. report.Effects.Select(effect => effect.AsEffect())],
        [.. report.Losses.Losses.Select(From)],
        [.. report.Losses.Unchanged.Select(table => table.Name)],
        [.. report.Losses.Uncompared],
        CatalogDigest.From(report.After))
    {
        Rows = [.. report.Rows.Select(table => new PlanRows(table.Table, table.Before, table.After))],
        EffectSha256 = report.Effect is { } effect ? RehearsedEffect.Digest(effect) : null,
        ServerMajor = report.ServerMajor,
        NothingLost = report.Losses.NothingLost is [] ? null : [.. report.Losses.NothingLost.Select(From)],
        Load = report.Load is { } load
            ? new PlanLoad(load.Operations, load.Tables, [.. load.Waits.Select(InWords)])
            : null,
    };

    static PlanLoss From(DataLoss loss) => new(loss.Acceptance, loss.InWords)
    {
        Recount = loss.Recount is { } count ? new PlanLossCount(count.Sql, count.Count) : null,
        Table = loss.Table,
        Number = loss.Number,
    };

    static string InWords(LoadWait wait) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{wait.Operation} of {wait.Table} waited up to {wait.Longest.TotalMilliseconds:0} ms, from {wait.Location} on");

    public static RehearsedMigration From(MigrationMeasurement migration) => new(
        migration.Name,
        (long)migration.Time.TotalMilliseconds,
        [
            .. migration.Statements.SelectMany(statement => statement.Locks).GroupBy(held => held.Table, StringComparer.Ordinal)
                .Select(table => (Table: table.Key, Mode: table.Max(held => held.Mode)))
                .Where(held => held.Mode >= TableLock.ShareUpdateExclusive)
                .OrderByDescending(held => held.Mode).ThenBy(held => held.Table, StringComparer.Ordinal)
                .Select(held => new TableLockFact(held.Table, held.Mode.Display())),
        ],
        RehearsedRows.Rewritten(migration))
    {
        Statements = [.. migration.Statements.Select(From)],
        Writes = RehearsedRows.Written(migration),
        Dropped = RehearsedRows.Dropped(migration),
    };

    static RehearsedStatement From(StatementMeasurement statement) => new(
        statement.Index + 1,
        statement.Location.Line ?? 1,
        (long)statement.Time.TotalMicroseconds,
        statement.Transaction,
        [.. statement.Locks.Where(held => held.Mode >= TableLock.ShareUpdateExclusive)
            .Select(held => new TableLockFact(held.Table, held.Mode.Display()))],
        statement.Rewritten,
        statement.Activity.Sum(table => table.RowsRead),
        statement.Activity.Sum(table => table.Inserted + table.Updated + table.Deleted),
        statement.IsSampled);
}

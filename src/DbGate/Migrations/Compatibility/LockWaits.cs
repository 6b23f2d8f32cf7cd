using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;
using DbGate.Problems;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Compatibility;

/// <summary>The tables that a query uses, each with the lock that it takes.</summary>
/// <param name="Calls">How often the query was called.</param>
/// <param name="Tables">By schema and name, without quotes.</param>
sealed record ShapeUse(long Calls, IReadOnlyDictionary<string, TableLock> Tables)
{
    public static ShapeUse From(long calls, PlanFacts plan)
    {
        var reads = plan.LocksRows ? TableLock.RowShare : TableLock.AccessShare;
        var tables = plan.Tables.ToDictionary(table => table, _ => reads);
        foreach (var write in plan.Writes)
        {
            tables[write.Table] = TableLock.RowExclusive;
        }

        return new(calls, tables);
    }
}

/// <summary>A lock of the release that the running release's queries meet.</summary>
/// <param name="Table">The table.</param>
/// <param name="Mode">The lock.</param>
/// <param name="Location">The statement that takes it.</param>
/// <param name="Held">From that statement to the end of its transaction, as the rehearsal measured it.</param>
/// <param name="PerSecond">Calls in a second that conflict with it.</param>
/// <param name="Waiting">How many calls wait when it ends.</param>
/// <param name="Longest">How long the first of them waits.</param>
sealed record LockWait(
    string Table, TableLock Mode, SourceLocation Location, TimeSpan Held, double PerSecond, double Waiting, TimeSpan Longest)
{
    /// <summary>1 for the most used table of the database; null when it is not known.</summary>
    public int? Rank { get; init; }

    /// <summary>True when the rate is that of the table's scans and writes, because the source counts no calls.</summary>
    public bool IsOfTable { get; init; }
}

/// <summary>How much a table is used, as the server counts it.</summary>
/// <param name="Table">Schema and name, without quotes.</param>
/// <param name="Scans">Scans of the table and of its indexes.</param>
/// <param name="Writes">Rows inserted, updated and deleted.</param>
sealed record TableActivity(string Table, long Scans, long Writes);

/// <summary>How much each table of a database is used.</summary>
/// <param name="Tables">The most used one first.</param>
/// <param name="Seconds">How long that was counted; null when it is not known.</param>
sealed record DatabaseActivity(IReadOnlyList<TableActivity> Tables, double? Seconds)
{
    public static DatabaseActivity None { get; } = new([], null);
}

/// <summary>
/// Reckons which queries meet the locks of a release: the locks that the rehearsal measured, and the rate of calls in production. A lock is
/// waited for, too, until the transactions before it have ended, and later sessions wait behind it. Pure.
/// </summary>
static class LockWaits
{
    /// <param name="rehearsal">What was measured.</param>
    /// <param name="uses">The running release's queries.</param>
    /// <param name="seconds">How long their calls were counted.</param>
    /// <param name="activity">The use of tables, for those of which no call was counted, and for their order.</param>
    /// <param name="before">How long the lock itself is waited for: the age of the oldest transaction, at most the deploy's lock
    /// timeout.</param>
    /// <returns>One for each table, most waiting calls first.</returns>
    public static IReadOnlyList<LockWait> From(
        RehearsalReport rehearsal, IReadOnlyList<ShapeUse> uses, double? seconds, DatabaseActivity activity, TimeSpan before) =>
    [
        .. rehearsal.Migrations
            .SelectMany(migration => migration.Statements.SelectMany(statement =>
                statement.Locks.Select(held => (migration, statement, held))))
            .Select(one => From(one.migration, one.statement, one.held, uses, seconds, activity, before))
            .Where(wait => wait.PerSecond > 0 || (wait.Rank == 1 && wait.Mode >= TableLock.Share))
            .GroupBy(wait => wait.Table, StringComparer.Ordinal)
            .Select(table => table.MaxBy(wait => (wait.Waiting, wait.Mode))!)
            .OrderByDescending(wait => wait.Waiting)
            .ThenBy(wait => wait.Rank ?? int.MaxValue),
    ];

    static LockWait From(
        MigrationMeasurement migration, StatementMeasurement statement, MeasuredLock held, IReadOnlyList<ShapeUse> uses, double? seconds,
        DatabaseActivity activity, TimeSpan before)
    {
        var time = migration.Statements
            .Where(other => other.Transaction == statement.Transaction && other.Index >= statement.Index)
            .Aggregate(TimeSpan.Zero, (sum, other) => sum + other.Time);
        var name = new TokenCursor(held.Table).Name();
        var table = $"{name.Schema}.{name.Name}";
        var calls = uses.Where(use => use.Tables.GetValueOrDefault(table).ConflictsWith(held.Mode)).Sum(use => use.Calls);
        var used = activity.Tables.FirstOrDefault(one => one.Table == table);
        var counted = calls > 0 && seconds > 0;
        var rate = counted ? calls / seconds!.Value
            : used is not null && activity.Seconds > 0
                ? ((held.Mode == TableLock.AccessExclusive ? used.Scans : 0)
                    + (TableLock.RowExclusive.ConflictsWith(held.Mode) ? used.Writes : 0))
                    / activity.Seconds.Value
            : 0;
        return new(held.Table, held.Mode, statement.Location, time, rate, rate * (time + before).TotalSeconds, time + before)
        {
            Rank = used is null ? null : activity.Tables.TakeWhile(one => one != used).Count() + 1,
            IsOfTable = !counted,
        };
    }
}

using DbGate.Releases.Plans;
using DbGate.Migrations.Lint;

namespace DbGate.Reports.Html.Pictures;

/// <summary>A stretch of the rehearsal's time, in microseconds from its start.</summary>
sealed record Stretch(double Start, double End)
{
    public TimeSpan Length => TimeSpan.FromMicroseconds(End - Start);
}

/// <summary>A lock from the statement that took it to the end of its transaction.</summary>
sealed record HeldLock(TableLock Mode, Stretch During);

/// <summary>A table, and what kept others from it.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Held">In the order of time.</param>
/// <param name="Blocked">How long no one could read or write.</param>
/// <param name="ReadOnly">How long no one could write, the former included.</param>
sealed record LockLane(string Table, IReadOnlyList<HeldLock> Held, TimeSpan Blocked, TimeSpan ReadOnly)
{
    public TableLock Strongest => Held.Max(held => held.Mode);
}

/// <summary>What a rehearsal measured, laid out in time. Pure.</summary>
/// <param name="Total">From the first statement to the last commit.</param>
/// <param name="Migrations">When each ran.</param>
/// <param name="Lanes">The table that was kept longest from everyone comes first.</param>
/// <param name="IsMeasured">False for a plan without statements, whose locks are drawn over their whole migration.</param>
sealed record LockTimeline(
    TimeSpan Total, IReadOnlyList<(string Name, Stretch During)> Migrations, IReadOnlyList<LockLane> Lanes, bool IsMeasured)
{
    public static LockTimeline From(PlanRehearsal rehearsal)
    {
        var held = new Dictionary<string, List<HeldLock>>(StringComparer.Ordinal);
        var migrations = new List<(string, Stretch)>();
        var now = 0.0;
        foreach (var migration in rehearsal.Migrations)
        {
            var end = now + Math.Max(migration.Milliseconds * 1000, migration.Statements?.Sum(statement => statement.Microseconds) ?? 0);
            migrations.Add((migration.Name, new Stretch(now, end)));
            foreach (var (table, taken) in migration.Statements is { } statements
                ? Measured(statements, now, end)
                : Whole(migration, now, end))
            {
                (held.TryGetValue(table, out var lane) ? lane : held[table] = []).Add(taken);
            }

            now = end;
        }

        return new LockTimeline(
            TimeSpan.FromMicroseconds(now),
            migrations,
            [
                .. held.Select(lane =>
                    new LockLane(
                        lane.Key, lane.Value, Covered(lane.Value, TableLock.AccessExclusive), Covered(lane.Value, TableLock.Share)))
                    .OrderByDescending(lane => lane.Blocked)
                    .ThenByDescending(lane => lane.ReadOnly)
                    .ThenByDescending(lane => lane.Strongest)
                    .ThenBy(lane => lane.Table, StringComparer.Ordinal),
            ],
            rehearsal.Migrations.All(migration => migration.Statements is not null));
    }

    static IEnumerable<(string Table, HeldLock Held)> Measured(IReadOnlyList<RehearsedStatement> statements, double start, double end)
    {
        // What the migration took beyond its statements is its last commit.
        var ends = new Dictionary<int, double>();
        var now = start;
        foreach (var statement in statements)
        {
            now += statement.Microseconds;
            ends[statement.Transaction] = now;
        }

        if (statements.Count > 0)
        {
            ends[statements[^1].Transaction] = end;
        }

        now = start;
        foreach (var statement in statements)
        {
            foreach (var taken in statement.Locks)
            {
                yield return (taken.Table, new HeldLock(Mode(taken.Mode), new Stretch(now, ends[statement.Transaction])));
            }

            now += statement.Microseconds;
        }
    }

    static IEnumerable<(string Table, HeldLock Held)> Whole(RehearsedMigration migration, double start, double end) =>
        migration.Locks.Select(taken => (taken.Table, new HeldLock(Mode(taken.Mode), new Stretch(start, end))));

    /// <summary>How long a lock of at least this mode was held, overlaps counted once.</summary>
    static TimeSpan Covered(IEnumerable<HeldLock> held, TableLock mode)
    {
        var (sum, reached) = (0.0, 0.0);
        foreach (var stretch in held.Where(one => one.Mode >= mode).Select(one => one.During).OrderBy(stretch => stretch.Start))
        {
            sum += Math.Max(0, stretch.End - Math.Max(stretch.Start, reached));
            reached = Math.Max(reached, stretch.End);
        }

        return TimeSpan.FromMicroseconds(sum);
    }

    static TableLock Mode(string display) => TableLocks.Parse(display);
}

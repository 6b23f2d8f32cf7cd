using DbGate.Releases.Plans;
using DbGate.Migrations;
using DbGate.Migrations.Deploy.Queue;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Releases.Rehearsals;

/// <summary>Which locks a deploy will take: as measured at the rehearsal, or, where there was none, as far as the text reports.</summary>
static class LocksNeeded
{
    public static async Task<NeededLocks> OfAsync(
        PlanRehearsal? rehearsal, IReadOnlyList<Migration> pending, string schema, CancellationToken cancellationToken)
    {
        var (read, built) = await ReadAsync(pending, schema, cancellationToken);
        var taken =
            rehearsal?.Migrations.SelectMany(migration => migration.Locks)
                .Select(held => new NeededLock(held.Table, TableLocks.Parse(held.Mode)));
        return new(Strongest([.. taken ?? read, .. built]), built.Count > 0, rehearsal is null ? "the text" : "the rehearsal");
    }

    /// <summary>
    /// What statements take; and, for an index that is built CONCURRENTLY, the lock with whose conflicts it waits without taking it.
    /// </summary>
    static async Task<(List<NeededLock> Locks, List<NeededLock> Built)> ReadAsync(
        IReadOnlyList<Migration> pending, string schema, CancellationToken cancellationToken)
    {
        var locks = new List<NeededLock>();
        var built = new List<NeededLock>();
        var known = KnownSchema.Empty;
        foreach (var migration in pending)
        {
            try
            {
                var script = await migration.SplitAsync(cancellationToken);
                var read = LintMigrationReader.Read(script, known, TransactionRule.WholeFile);
                locks.AddRange(
                    from claim in read.Statements.SelectMany(statement => statement.Locks)
                    where claim.Mode >= TableLock.ShareUpdateExclusive
                    select new NeededLock(Qualified(claim.Table, schema), claim.Mode));
                built.AddRange(
                    from statement in read.Statements
                    where NonTransactional.Is(statement.Source)
                    from claim in statement.Locks
                    select new NeededLock(Qualified(claim.Table, schema), TableLock.Share));
                known = read.After;
            }
            catch (GateException exception) when (exception.Problem.Code.ExitCode != ExitCode.Stale)
            {
                // The tool may apply what the splitter refuses; then the text shows nothing.
            }
        }

        return (locks, built);
    }

    static string Qualified(QualifiedName table, string schema) => (table with { Schema = table.Schema ?? schema }).ToString();

    static NeededLock[] Strongest(IEnumerable<NeededLock> locks) =>
        [.. locks.GroupBy(one => one.Table, StringComparer.Ordinal).Select(table => new NeededLock(table.Key, table.Max(one => one.Mode)))];
}

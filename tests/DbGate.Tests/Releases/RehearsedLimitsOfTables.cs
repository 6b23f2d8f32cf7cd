using DbGate.Releases.Deploys;
using DbGate.Releases.Plans;
using DbGate.Statements;

namespace DbGate.Tests.Releases;

/// <summary>What a deploy may do to a table: what its rehearsal did.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RehearsedLimitsOfTables
{
    static readonly ChangedTable Now = new("public.t", false, false, [], 0, 0, 0);

    // Rehearsed: inserted, updated, deleted; now: the same.
    [TestCase(0, 0, 0, 0, 0, 0, false)]
    [TestCase(0, 0, 0, 5, 0, 0, false, Description = "inserted rows lose nothing")]
    [TestCase(0, 0, 0, 0, 0, 1, true)]
    [TestCase(0, 0, 0, 1, 0, 1, true, Description = "another row does not make up for a deleted one")]
    [TestCase(0, 0, 5, 0, 0, 5, false)]
    [TestCase(0, 0, 5, 0, 0, 6, true)]
    [TestCase(0, 0, 5, 0, 0, 4, false)]
    [TestCase(9, 0, 9, 20, 0, 20, false, Description = "all rows are deleted and inserted again, and there are more")]
    [TestCase(9, 0, 9, 19, 0, 20, true)]
    [TestCase(0, 0, 0, 0, 1, 0, true)]
    [TestCase(0, 7, 0, 0, 70, 0, false)]
    public void Are_rows(long inserted, long updated, long deleted, long nowInserted, long nowUpdated, long nowDeleted, bool exceeds)
    {
        var rehearsed = Rehearsed(new RehearsedWrites("public.t", inserted, updated, deleted));
        var now = Now with { Inserted = nowInserted, Updated = nowUpdated, Deleted = nowDeleted };

        Assert.That(RehearsedLimits.Exceeded([rehearsed], [now], Script("SELECT 1")), Has.Count.EqualTo(exceeds ? 1 : 0));
    }

    [Test]
    public void Are_drops_and_rewrites()
    {
        var script = Script("SELECT 1");
        var rehearsed = Rehearsed() with { Rewritten = ["public.t"], Dropped = ["public.gone", "public.t.a"] };

        Assert.That(
            RehearsedLimits.Exceeded(
                [rehearsed],
                [
                    Now with { HasNewFile = true, DroppedColumns = ["public.t.a"] },
                    new("public.gone", true, false, [], 0, 0, 0),
                ],
                script),
            Is.Empty);
        Assert.That(
            RehearsedLimits.Exceeded(
                [Rehearsed()],
                [
                    Now with { HasNewFile = true, DroppedColumns = ["public.t.a"] },
                    new("public.gone", true, false, [], 0, 0, 0),
                ],
                script),
            Is.EqualTo(new[]
            {
                "it empties or rewrites public.t, which it did not at the rehearsal",
                "it drops the column public.t.a, which it kept at the rehearsal",
                "it drops public.gone, which it kept at the rehearsal",
            }));
    }

    /// <summary>Those were counted before the deploy.</summary>
    [TestCase("UPDATE t SET a = 1 WHERE a IS NULL", 0)]
    [TestCase("UPDATE public.t SET a = 1 WHERE a IS NULL", 0)]
    [TestCase("UPDATE other SET a = 1 WHERE a IS NULL", 1)]
    [TestCase("DO $$ BEGIN UPDATE t SET a = 1; END $$", 1)]
    public void Leave_out_rows_that_a_plain_update_finds(string sql, int exceeded) =>
        Assert.That(RehearsedLimits.Exceeded([Rehearsed()], [Now with { Updated = 3 }], Script(sql)), Has.Count.EqualTo(exceeded));

    /// <summary>Servers before PostgreSQL 15 add up the counters of several transactions.</summary>
    [Test]
    public void Count_together_where_the_counters_do()
    {
        var one = Rehearsed(new RehearsedWrites("public.t", 0, 0, 2));

        Assert.That(
            RehearsedLimits.Exceeded([one, one with { Name = "other" }], [Now with { Deleted = 4 }], Script("SELECT 1")), Is.Empty);
    }

    static RehearsedMigration Rehearsed(params RehearsedWrites[] writes) => new("one", 1, [], []) { Writes = writes };

    static SqlScript Script(string sql) => StatementSplitter.Split(sql, "migration.sql");
}

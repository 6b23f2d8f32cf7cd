using DbGate.Backups.Dump;
using DbGate.Postgres;

namespace DbGate.Tests.Backups.Dump;

/// <summary>What a backup makes of the room in the server's lock table.</summary>
public sealed class LockCapacities
{
    // PostgreSQL's defaults.
    static readonly LockCapacity Default = new(64, 100, 22);

    [TestCase(1000, true, true, true)]
    [TestCase(4000, false, true, true)]
    [TestCase(5000, false, false, true)]
    [TestCase(6500, false, false, true)]
    [TestCase(20000, false, false, false)]
    public void Decide_how_many_sessions_lock_all_tables(int tables, bool all, bool sideBySide, bool oneByOne) =>
        Assert.That(
            (Default.HoldsAll(tables, sessions: 6), Default.HoldsSideBySide(tables), Default.HoldsOneByOne(tables)),
            Is.EqualTo((all, sideBySide, oneByOne)));

    [TestCase(1600)]
    [TestCase(6500)]
    [TestCase(20000)]
    public void Tell_a_setting_that_suffices(int tables)
    {
        var needed = Default.Needed(tables, sessions: 6);

        Assert.That((Default with { PerTransaction = needed }).HoldsAll(tables, 6), Is.True);
        Assert.That((Default with { PerTransaction = needed - 64 }).HoldsAll(tables, 6), Is.False, "and not much more");
    }

    [Test]
    public void That_no_session_fits_into_block_with_the_setting()
    {
        var problem = DumpProblems.LockTable(20000, 6, Default).Problem;

        Assert.That((problem.Code.Id, (int)problem.Code.ExitCode), Is.EqualTo(("DBG0329", 10)));
        Assert.That(problem.Cause, Does.StartWith("20000 tables; max_locks_per_transaction is 64, and the server has 100 connections"));
        Assert.That(
            problem.Fix!.Commands.OfType<DbGate.Problems.SqlCommand>().Single().Statement,
            Is.EqualTo("ALTER SYSTEM SET max_locks_per_transaction = 832"));
    }
}

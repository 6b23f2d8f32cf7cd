using DbGate.Migrations;
using static DbGate.Tests.Migrations.Ledgers;

namespace DbGate.Tests.Migrations;

/// <summary>The table of docs/reference/ledger.md, line by line.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LedgerStates
{
    static MigrationState[] Decide(MigrationFolder folder, Ledger ledger) =>
        [.. MigrationStatus.Decide(folder, ledger).Entries.Select(entry => entry.State)];

    static MigrationState Decide(Migration file, params LedgerRow[] rows) => Decide(Folder(file), Ledger(rows)).Single();

    [Test]
    public void A_finished_row_is_applied() => Assert.That(Decide(File("1"), Applied("1")), Is.EqualTo(MigrationState.Applied));

    [Test]
    public void A_directory_without_a_row_is_pending() => Assert.That(Decide(File("1")), Is.EqualTo(MigrationState.Pending));

    [Test]
    public void An_unfinished_row_is_failed() => Assert.That(Decide(File("1"), Unfinished("1")), Is.EqualTo(MigrationState.Failed));

    [Test]
    public void An_unfinished_row_is_running_while_somebody_holds_the_lock() =>
        Assert.That(
            Decide(Folder(File("1")), Ledger(Unfinished("1")) with { LockHolder = Holder }), Is.EqualTo(new[] { MigrationState.Running }));

    [Test]
    public void A_lock_makes_nothing_else_running() =>
        Assert.That(
            Decide(Folder(File("1"), File("2")), Ledger(Applied("1")) with { LockHolder = Holder }),
            Is.EqualTo(new[] { MigrationState.Applied, MigrationState.Pending }));

    [Test]
    public void Only_rolled_back_rows_are_rolled_back() =>
        Assert.That(Decide(File("1"), RolledBack("1"), RolledBack("1")), Is.EqualTo(MigrationState.RolledBack));

    [Test]
    public void A_rolled_back_row_and_a_finished_one_are_applied() =>
        Assert.That(Decide(File("1"), RolledBack("1"), Applied("1")), Is.EqualTo(MigrationState.Applied));

    [Test]
    public void A_finished_row_that_was_rolled_back_is_not_applied() =>
        Assert.That(Decide(File("1"), Applied("1") with { RolledBackAt = Noon.AddHours(1) }), Is.EqualTo(MigrationState.RolledBack));

    [Test]
    public void An_unfinished_row_outweighs_every_other() =>
        Assert.That(Decide(File("1"), Applied("1"), Unfinished("1"), RolledBack("1")), Is.EqualTo(MigrationState.Failed));

    [Test]
    public void An_unfinished_row_without_a_directory_is_failed() =>
        Assert.That(Decide(Folder(), Ledger(Unfinished("1"))), Is.EqualTo(new[] { MigrationState.Failed }));

    [Test]
    public void Another_checksum_is_edited() => Assert.That(Decide(File("1", "bbbb"), Applied("1")), Is.EqualTo(MigrationState.Edited));

    [Test]
    public void The_newest_finished_row_tells_the_checksum() =>
        Assert.That(Decide(File("1", "bbbb"), Applied("1"), Applied("1", "bbbb")), Is.EqualTo(MigrationState.Applied));

    [Test]
    public void A_pending_or_failed_file_is_not_compared() =>
        Assert.That(Decide(File("1", "bbbb"), RolledBack("1")), Is.EqualTo(MigrationState.RolledBack));

    [Test]
    public void A_finished_row_without_a_directory_is_missing() =>
        Assert.That(Decide(Folder(), Ledger(Applied("1"))), Is.EqualTo(new[] { MigrationState.Missing }));

    [Test]
    public void A_row_of_no_time_and_no_steps_is_claimed() =>
        Assert.That(Decide(File("1"), Claimed("1")), Is.EqualTo(MigrationState.Claimed));

    [Test]
    public void A_claimed_file_that_was_edited_is_edited() =>
        Assert.That(Decide(File("1", "bbbb"), Claimed("1")), Is.EqualTo(MigrationState.Edited));

    [Test]
    public void A_directory_without_its_file_is_that_whatever_the_ledger_says()
    {
        Assert.That(Decide(NoFile("1")), Is.EqualTo(MigrationState.NoFile));
        Assert.That(Decide(NoFile("1"), Applied("1")), Is.EqualTo(MigrationState.NoFile));
    }

    [Test]
    public void A_rolled_back_migration_without_a_directory_is_gone() => Assert.That(Decide(Folder(), Ledger(RolledBack("1"))), Is.Empty);

    [Test]
    public void Everything_of_an_empty_database_is_pending() =>
        Assert.That(
            Decide(Folder(File("1"), File("2")), Ledger() with { Exists = false, OtherTables = 0 }),
            Is.All.EqualTo(MigrationState.Pending));

    [Test]
    public void Pending_is_what_a_deploy_executes_in_order() =>
        Assert.That(
            MigrationStatus.Decide(
                Folder(File("1"), File("2"), File("3"), File("4")),
                Ledger(Applied("1"), RolledBack("3"))).Pending.Select(entry => entry.Name),
            Is.EqualTo(new[] { "2", "3", "4" }));

    [Test]
    public void Pending_before_an_applied_one_is_out_of_order()
    {
        var status = MigrationStatus.Decide(Folder(File("1"), File("2"), File("3")), Ledger(Applied("2")));

        Assert.That(status.Entries.Where(entry => entry.IsOutOfOrder).Select(entry => entry.Name), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void Names_are_sorted_by_their_bytes() =>
        Assert.That(
            MigrationStatus.Decide(
                Folder(File("10"), File("9"), File("B"), File("a")), Ledger(Applied("_"))).Entries.Select(entry => entry.Name),
            Is.EqualTo(new[] { "10", "9", "B", "_", "a" }));

    [Test]
    public void Ten_thousand_of_both_sides_are_held_against_each_other()
    {
        var names = Enumerable.Range(0, 10_000).Select(i => $"2026{i:0000000000}_m").ToArray();
        var folder = Folder([.. names.Where((_, i) => i % 100 != 1).Select((name, i) => File(name, i % 1000 == 500 ? "bbbb" : "aaaa"))]);
        var ledger = Ledger([.. names.Where((_, i) => i % 100 != 2).Select(name => Applied(name))]);

        var status = MigrationStatus.Decide(folder, ledger);

        Assert.That(status.Entries, Has.Count.EqualTo(10_000));
        Assert.That(status.Count(MigrationState.Missing), Is.EqualTo(100));
        Assert.That(status.Count(MigrationState.Pending), Is.EqualTo(100));
        Assert.That(status.Count(MigrationState.Edited) + status.Count(MigrationState.Applied), Is.EqualTo(9_800));
        Assert.That(status.Count(MigrationState.Edited), Is.InRange(1, 10));
    }
}

using DbGate.Releases.Plans;
using DbGate.Reports.Html.Pictures;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Reports.Html;

[Parallelizable(ParallelScope.All)]
public sealed class LockTimelines
{
    [Test]
    public void Hold_a_lock_to_the_end_of_its_transaction()
    {
        var timeline = From(Migration(3, Statement(1, 1000, 1, ("a", "ACCESS EXCLUSIVE")), Statement(2, 2000, 1)));
        Assert.That(timeline.Lanes.Single().Held.Single().During, Is.EqualTo(new Stretch(0, 3000)));
    }

    [Test]
    public void Let_it_go_where_each_statement_commits()
    {
        var timeline = From(Migration(3, Statement(1, 1000, 1, ("a", "ACCESS EXCLUSIVE")), Statement(2, 2000, 2)));
        Assert.That(timeline.Lanes.Single().Blocked, Is.EqualTo(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void Count_the_last_commit() =>
        Assert.That(
            From(Migration(5, Statement(1, 1000, 1, ("a", "SHARE")))).Lanes.Single().ReadOnly, Is.EqualTo(TimeSpan.FromMilliseconds(5)));

    [Test]
    public void Count_overlapping_locks_once_and_tell_readers_from_writers()
    {
        var lane = From(Migration(6, Statement(1, 2000, 1, ("a", "SHARE")),
            Statement(2, 4000, 1, ("a", "ACCESS EXCLUSIVE")))).Lanes.Single();
        Assert.That((lane.Blocked.TotalMilliseconds, lane.ReadOnly.TotalMilliseconds), Is.EqualTo((4, 6)));
    }

    [Test]
    public void Put_migrations_after_one_another_and_the_worst_table_first()
    {
        var timeline =
            From(Migration(1, Statement(1, 1000, 1, ("b", "SHARE UPDATE EXCLUSIVE"))),
                Migration(2, Statement(1, 2000, 1, ("a", "ACCESS EXCLUSIVE"))));
        Assert.That(timeline.Lanes.Select(lane => lane.Table), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(timeline.Migrations[1].During, Is.EqualTo(new Stretch(1000, 3000)));
        Assert.That(timeline.Total, Is.EqualTo(TimeSpan.FromMilliseconds(3)));
    }

    [Test]
    public void Draw_the_locks_of_an_older_plan_over_the_whole_migration()
    {
        var timeline = LockTimeline.From(SamplePlans.WithLoss.Rehearsal!);
        Assert.That((timeline.IsMeasured, timeline.Lanes.Single().Blocked), Is.EqualTo((false, TimeSpan.FromMilliseconds(120))));
    }

    static LockTimeline From(params RehearsedMigration[] migrations) =>
        LockTimeline.From(SamplePlans.WithLoss.Rehearsal! with { Migrations = migrations });

    static RehearsedMigration Migration(long milliseconds, params RehearsedStatement[] statements) =>
        new("m", milliseconds, [], []) { Statements = statements };

    static RehearsedStatement Statement(int number, long microseconds, int transaction, params (string Table, string Mode)[] locks) =>
        new(number, 1, microseconds, transaction, [.. locks.Select(held => new TableLockFact(held.Table, held.Mode))], [], 0, 0, false);
}

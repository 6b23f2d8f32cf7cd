using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Configuration;

namespace DbGate.Tests.Backups;

[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class Taking_a_backup
{
    const string Shop =
        """
        CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE "order" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, total numeric(12,2));
        INSERT INTO customer SELECT g, 'customer ' || g FROM generate_series(1, 1000) g;
        INSERT INTO "order" (customer_id, total) SELECT 1 + g % 1000, g FROM generate_series(1, 20000) g;
        """;

    [Test]
    public async Task Leaves_a_file_that_gunzip_and_psql_restore([Values] DumpReader reader)
    {
        await using var trial = await BackupTrial.StartAsync(Shop);

        var backup = await trial.TakeAsync(new() { Reader = reader });
        var restored = await trial.RestoreAsync(backup);

        Assert.That(await BackupTrial.DumpAsync(restored), Is.EqualTo(await BackupTrial.DumpAsync(trial.Source)));
        Assert.That(
            backup.Manifest.Tables.Select(table => (table.Name, table.Rows)), Is.EqualTo(new[] { ("customer", 1000L), ("order", 20000L) }));
    }

    [Test]
    public async Task Within_the_second_of_another_one_waits_for_the_next()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int)");
        var request = trial.Request with { Clock = new WaitedFor(DateTimeOffset.UtcNow) };

        var first = await Backup.TakeAsync(request, null, CancellationToken.None);
        var second = await Backup.TakeAsync(request, null, CancellationToken.None);

        Assert.That(BackupName.Find(second.Key)!.Time, Is.GreaterThan(BackupName.Find(first.Key)!.Time));
        Assert.That(
            (await new BackupCatalog(trial.Store).FindNewestAsync("staging", null, CancellationToken.None))!.Archive.Key,
            Is.EqualTo(second.Key));
    }

    /// <summary>Its time passes only while a person waits.</summary>
    sealed class WaitedFor(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // The watchers' timers repeat, a delay does not.
            now += period == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero;
            return base.CreateTimer(callback, state, period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : dueTime, period);
        }
    }
}

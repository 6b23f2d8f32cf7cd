using System.Text.Json;
using DbGate.Backups.Retention;
using DbGate.Storage;
using DbGate.Testing.S3;
using DbGate.Tests.Storage;

namespace DbGate.Tests.Backups.Retention;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Pruners : IDisposable
{
    static readonly RetentionPolicy Week = new() { Days = 7, MinimumCount = 1 };

    readonly TemporaryFolder folder = new();
    readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    IObjectStore Store => field ??= ObjectStores.Open(new StoreOptions.Folder(folder.Path));

    public void Dispose() => folder.Dispose();

    [Test]
    public async Task Delete_archive_and_manifest_of_what_is_doomed()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(9));

        var report = await PruneAsync(young, old);

        Assert.That(report.Deleted, Is.EqualTo([old]));
        Assert.That(await BackupKeysAsync(), Is.EquivalentTo([young.ArchiveKey, young.ManifestKey]));
    }

    [Test]
    public async Task Change_nothing_in_a_dry_run_and_say_what_and_why()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(9));

        var report = await PruneAsync(new PruneOptions { DryRun = true }, young, old);

        Assert.That(await KeysAsync(), Is.EquivalentTo([young.ArchiveKey, young.ManifestKey, old.ArchiveKey, old.ManifestKey]));
        Assert.That(report.Lines, Is.EqualTo(((string, string)[])
        [
            ("kept", $"{young.ArchiveKey}  0.0 MiB  newest verified backup; 1 day old, younger than 7 days; among the newest 1 verified"),
            ("would delete", $"{old.ArchiveKey}  0.0 MiB  9 days old, kept for 7 days; no other rule keeps it"),
        ]));
    }

    [Test]
    public async Task Log_each_deletion_in_the_store()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(9));

        var report = await PruneAsync(new PruneOptions { Actor = "ci" }, young, old);

        using var log = JsonDocument.Parse(await Store.ReadBytesAsync(report.LogKey!, 1 << 20, CancellationToken.None));
        Assert.That(log.RootElement.GetProperty("actor").GetString(), Is.EqualTo("ci"));
        Assert.That(log.RootElement.GetProperty("deleting")[0].GetProperty("archive").GetString(), Is.EqualTo(old.ArchiveKey));
        Assert.That(
            log.RootElement.GetProperty("deleting")[0].GetProperty("reason").GetString(),
            Is.EqualTo("9 days old, kept for 7 days; no other rule keeps it"));
        Assert.That(log.RootElement.GetProperty("keeping")[0].GetProperty("archive").GetString(), Is.EqualTo(young.ArchiveKey));
    }

    [Test]
    public async Task Log_nothing_when_there_is_nothing_to_do()
    {
        var young = await StoreAsync(1);

        Assert.That((await PruneAsync(young)).LogKey, Is.Null);
        Assert.That(await KeysAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Delete_nothing_when_the_backup_to_keep_is_gone()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(9));
        File.Delete(folder.Of(young.ArchiveKey));

        Assert.That(async () => await PruneAsync(young, old), Fails.With("DBG0361"));
        Assert.That(await KeysAsync(), Does.Contain(old.ArchiveKey).And.Contain(old.ManifestKey));
    }

    [Test]
    public async Task Delete_nothing_when_the_backup_to_keep_is_short()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(9));
        File.WriteAllText(folder.Of(young.ArchiveKey), "cut");

        Assert.That(async () => await PruneAsync(young, old), Fails.With("DBG0361"));
        Assert.That(await KeysAsync(), Does.Contain(old.ArchiveKey));
    }

    [Test]
    public async Task Go_on_where_a_killed_run_stopped()
    {
        var (young, old, older) = (await StoreAsync(1), await StoreAsync(9), await StoreAsync(10));
        File.Delete(folder.Of(old.ManifestKey));

        await PruneAsync(young, older);

        Assert.That(
            await BackupKeysAsync(), Is.EquivalentTo([young.ArchiveKey, young.ManifestKey]), "the orphan of the killed run went with it");
    }

    [Test]
    public async Task Never_take_a_backup_that_is_kept_for_a_leftover()
    {
        BackupRecord[] backups = [await StoreAsync(0), await StoreAsync(2), await StoreAsync(3), await StoreAsync(6)];

        var report = await PruneAsync(backups);

        Assert.That((report.Orphans, report.LogKey), Is.EqualTo((Array.Empty<Orphan>(), (string?)null)));
        Assert.That(await KeysAsync(), Has.Count.EqualTo(8));
    }

    [Test]
    public async Task Show_a_manifest_whose_archive_is_gone_and_leave_it()
    {
        var (young, old) = (await StoreAsync(1), await StoreAsync(3));
        File.Delete(folder.Of(old.ArchiveKey));

        var report = await PruneAsync(young);

        Assert.That(report.Orphans.Select(orphan => (orphan.Key, orphan.Sweep)), Is.EqualTo([(old.ManifestKey, false)]));
        Assert.That(await KeysAsync(), Does.Contain(old.ManifestKey));
    }

    [Test]
    public async Task Leave_another_tools_archives_alone()
    {
        var young = await StoreAsync(1);
        Place("backup_20261001_020000.sql.gz", daysAgo: 50);
        Place("shop_production_20200101_020000.sql.gz", daysAgo: 2000);
        Place("shop_production_by_hand.sql.gz", daysAgo: 3);

        var report = await PruneAsync(young);

        Assert.That(report.Orphans.Select(orphan => orphan.Sweep), Is.EqualTo([false, false, false]));
        Assert.That(await KeysAsync(), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Leave_the_archive_of_a_backup_that_is_running()
    {
        var (young, old) = (await StoreAsync(0), await StoreAsync(3));
        var running = Place("shop_production_20261122_110000.sql.gz", daysAgo: 0.5);

        var report = await PruneAsync(young, old);

        Assert.That(report.Orphans.Single().Reason, Is.EqualTo("no manifest yet; a backup may be running"));
        Assert.That(await KeysAsync(), Does.Contain(running));
    }

    [Test]
    public async Task Sweep_what_killed_writers_left_a_day_ago()
    {
        var young = await StoreAsync(1);
        var (stale, fresh) = (folder.Of($".a.sql.gz.{Guid.NewGuid():N}.partial"), folder.Of($".b.sql.gz.{Guid.NewGuid():N}.partial"));
        File.WriteAllText(stale, "half");
        File.SetLastWriteTimeUtc(stale, now.UtcDateTime.AddDays(-2));
        File.WriteAllText(fresh, "half");

        var report = await PruneAsync(young);

        Assert.That((File.Exists(stale), File.Exists(fresh)), Is.EqualTo((false, true)));
        Assert.That(
            report.Orphans.Select(orphan => (orphan.Key, orphan.Sweep)), Is.EquivalentTo([("a.sql.gz", true), ("b.sql.gz", false)]));
    }

    [Test]
    public async Task Tell_what_a_lock_of_the_store_kept()
    {
        await using var s3 = new S3Double { KeepsVersions = true, KnowsObjectLock = true };
        var store = ObjectStores.Open(
            new StoreOptions.S3(S3Double.Bucket)
            {
                Endpoint = s3.Http.Url,
                Keys = new(S3Double.AccessKey, S3Double.SecretKey),
                Lock = new(S3LockMode.Compliance, 30),
            },
            TestRetries.Short);
        var (young, old) = (Backup(1), Backup(9));
        foreach (var key in (string[])[young.ArchiveKey, young.ManifestKey, old.ArchiveKey, old.ManifestKey])
        {
            await store.WriteBytesAsync(key, new byte[7], CancellationToken.None);
        }

        var report = await new Pruner(store).PruneAsync(RetentionPlan.Decide([young, old], Week, now), new(), CancellationToken.None);

        Assert.That(report.Deleted, Is.Empty);
        Assert.That(report.Locked.Single().Reason, Does.StartWith("object lock, mode COMPLIANCE, until "));
        Assert.That(s3.Keys, Does.Contain(old.ArchiveKey).And.Contain(old.ManifestKey));
    }

    Task<PruneReport> PruneAsync(params BackupRecord[] backups) => PruneAsync(new PruneOptions(), backups);

    Task<PruneReport> PruneAsync(PruneOptions options, params BackupRecord[] backups) =>
        new Pruner(Store).PruneAsync(RetentionPlan.Decide(backups, Week, now), options, CancellationToken.None);

    async Task<BackupRecord> StoreAsync(double daysAgo)
    {
        var backup = Backup(daysAgo);
        foreach (var key in (string[])[backup.ArchiveKey, backup.ManifestKey])
        {
            await Store.WriteBytesAsync(key, new byte[7], CancellationToken.None);
            File.SetLastWriteTimeUtc(folder.Of(key), backup.StoredAt.UtcDateTime);
        }

        return backup;
    }

    BackupRecord Backup(double daysAgo) => Backups.From(daysAgo) with { StoredAt = now.AddDays(-daysAgo).AddMinutes(-1), Bytes = 7 };

    string Place(string key, double daysAgo)
    {
        File.WriteAllText(folder.Of(key), "archive");
        File.SetLastWriteTimeUtc(folder.Of(key), now.UtcDateTime.AddDays(-daysAgo));
        return key;
    }

    async Task<IReadOnlyList<string>> KeysAsync() =>
        await Store.ListAsync(string.Empty, CancellationToken.None).Select(found => found.Key).ToListAsync();

    async Task<IReadOnlyList<string>> BackupKeysAsync() =>
        [.. (await KeysAsync()).Where(key => !key.StartsWith("records/", StringComparison.Ordinal))];
}

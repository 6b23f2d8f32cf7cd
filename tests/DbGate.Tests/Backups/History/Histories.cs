using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.History;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Storage;
using DbGate.Storage.Local;
using DbGate.Tests.Backups.Manifests;

namespace DbGate.Tests.Backups.History;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Histories : IDisposable
{
    static readonly DateTimeOffset Day = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-history-");

    IObjectStore Store => new LocalStore(folder.FullName);

    public void Dispose() => folder.Delete(recursive: true);

    [Test]
    public async Task Tell_size_level_and_growth_from_the_oldest_to_the_newest()
    {
        await TakeAsync(0, ("users", 10), ("orders", 100));
        var proven = await TakeAsync(1, ("users", 12), ("orders", 400));
        await TakeAsync(2, ("users", 12), ("orders", 300), ("invoices", 3));
        await TestAsync(proven, passed: true);

        var history = await ReadAsync();
        Assert.Multiple(() =>
        {
            Assert.That(
                history.Backups.Select(backup => (backup.TakenAt, backup.Level, backup.Rows)),
                Is.EqualTo(new[] { (Day, "L1", 110L), (Day.AddDays(1), "L3", 412L), (Day.AddDays(2), "L1", 315L) }));
            Assert.That(
                history.Tables.Select(table => table.Table), Is.EqualTo(new[] { "public.orders", "public.users", "public.invoices" }));
            Assert.That(history.Tables[0].Rows, Is.EqualTo(new long?[] { 100, 400, 300 }));
            Assert.That(history.Tables[2].Rows, Is.EqualTo(new long?[] { null, null, 3 }));
            Assert.That(history.RestoreTests.Single().Passed, Is.True);
        });
    }

    [Test]
    public async Task Show_restore_tests_that_failed_and_give_no_level_for_them()
    {
        await TestAsync(await TakeAsync(0, ("users", 1)), passed: false);

        var history = await ReadAsync();
        Assert.That((history.RestoreTests.Single().Passed, history.Backups.Single().Level), Is.EqualTo((false, "L1")));
    }

    [Test]
    public async Task Leave_out_what_cannot_be_used()
    {
        await TakeAsync(0, ("users", 1));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, BackupManifest.KeyOf(Key(1))), "no manifest");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, Key(1)), "x");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, Key(2)), "an archive without a manifest");

        Assert.That((await ReadAsync()).Backups, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Believe_only_signed_manifests_where_a_key_is_set()
    {
        await TakeAsync(0, ("users", 1));
        using var key = DbGate.Tests.Releases.EvidenceLogs.NewKey();

        Assert.That((await BackupHistoryReader.ReadAsync(Store, "production", "shop", key, CancellationToken.None)).Backups, Is.Empty);
    }

    [Test]
    public async Task Of_another_database_are_not_shown()
    {
        await TakeAsync(0, ("users", 1));
        Assert.That((await BackupHistoryReader.ReadAsync(Store, "production", "other", null, CancellationToken.None)).Backups, Is.Empty);
        Assert.That((await BackupHistoryReader.ReadAsync(Store, "staging", "shop", null, CancellationToken.None)).Backups, Is.Empty);
    }

    Task<BackupHistory> ReadAsync() => BackupHistoryReader.ReadAsync(Store, "production", "shop", null, CancellationToken.None);

    static string Key(int day) => $"shop_production_202611{22 + day:00}_060000.sql.gz";

    async Task<ManifestFile> TakeAsync(int day, params (string Name, long Rows)[] tables)
    {
        var manifest = Samples.Manifest();
        var at = Day.AddDays(day);
        var file = ManifestFile.Write(
            manifest with
            {
                Archive = manifest.Archive with { Key = Key(day), Length = 100 * tables.Length },
                Times = new(at, at, at, at.AddSeconds(9)),
                Tables = [
                    .. tables.Select((table, index) => new ManifestTable("public", table.Name, table.Rows, new string('0', 32), index, 1))],
                Parts = [new(PartKind.Data, 0, tables.Length)],
                Members = MemberTable.From(
                    [.. tables.Select((table, index) =>
                        new ArchiveMember(index * 100, 100, 1000, new TableDigest(table.Rows, 0), new byte[32]))]),
            },
            null);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, Key(day)), new string('x', 100 * tables.Length));
        var path = Path.Combine(folder.FullName, BackupManifest.KeyOf(Key(day)));
        await File.WriteAllBytesAsync(path, file.Bytes.ToArray());
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
        return file;
    }

    Task TestAsync(ManifestFile file, bool passed) => RestoreTestRecords.WriteAsync(
        Store,
        new RestoreTestReport
        {
            Tool = "DbGate 1.0",
            Archive = file.Manifest.Archive.Key,
            ManifestSha256 = file.Sha256,
            Environment = "production",
            Database = "shop",
            Level = VerificationLevel.Restored,
            Passed = passed,
            TestedAt = Day.AddDays(1),
            RestoreTime = TimeSpan.FromSeconds(21),
            CompareTime = TimeSpan.FromSeconds(4),
            ServerVersion = 150018,
            Tables = 2,
            Rows = 412,
            ForeignKeys = 0,
            Indexes = 0,
            Findings = [],
            NotChecked = [],
        },
        null,
        CancellationToken.None);
}

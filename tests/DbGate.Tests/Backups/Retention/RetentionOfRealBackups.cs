using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Gates.Steps;

namespace DbGate.Tests.Backups.Retention;

/// <summary>Backups as <see cref="Backup"/> leaves them, not made-up names: what is kept can be read to its last byte afterwards.</summary>
[TestFixture]
[Category("Postgres")]
public sealed class RetentionOfRealBackups
{
    static readonly RetentionPolicy MonthlyOnes = new() { Days = 7, MinimumCount = 1, Monthly = 12 };

    [Test]
    public async Task Keeps_what_it_says_deletes_what_it_says_and_sweeps_what_never_became_a_backup()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        var (today, lastWeek, lastMonth, monthBefore) =
            (await AgedAsync(trial, 0), await AgedAsync(trial, 5), await AgedAsync(trial, 40), await AgedAsync(trial, 71));
        var leftover = await AgedAsync(trial, 20);
        File.Delete(ManifestPath(trial, leftover));

        var report = await PruneAsync(trial, "staging");
        var again = await PruneAsync(trial, "staging");

        Assert.That(report.Orphans.Select(orphan => (orphan.Key, orphan.Sweep)), Is.EqualTo([(leftover.Key, true)]));
        Assert.That(
            Directory.GetFiles(trial.Folder, "*.sql.gz").Select(Path.GetFileName),
            Is.EquivalentTo([today.Key, lastWeek.Key, lastMonth.Key, monthBefore.Key]));
        Assert.That(
            (again.Deleted, again.Orphans, again.LogKey), Is.EqualTo((Array.Empty<BackupRecord>(), Array.Empty<Orphan>(), (string?)null)),
            "a second run has nothing to do");
        foreach (var kept in (BackupOutcome[])[today, lastWeek, lastMonth, monthBefore])
        {
            await new ArchiveReader(
                trial.Store, (await new BackupCatalog(trial.Store).OpenAsync(kept.Key, CancellationToken.None)).Manifest)
                    .VerifyAsync(CancellationToken.None);
        }
    }

    [Test]
    public async Task Touches_no_other_environment_and_after_a_backup_no_other_database()
    {
        await using var trial = await BackupTrial.StartAsync();
        await using var other = await BackupTrial.StartAsync();
        foreach (var days in (int[])[0, 50, 51, 52])
        {
            await AgedAsync(trial, days, "production");
            var neighbour = await AgedAsync(other, days, "staging");
            File.Move(other.PathOf(neighbour), trial.PathOf(neighbour));
            File.Move(ManifestPath(other, neighbour), ManifestPath(trial, neighbour));
        }

        var leftover = await AgedAsync(trial, 20, "production");
        File.Delete(ManifestPath(trial, leftover));
        var before = Directory.GetFiles(trial.Folder);
        await AgedAsync(trial, 0);
        var own = (await AgedAsync(trial, 60)).Key;

        var report = await PruneAsync(trial, "staging", trial.Source.Name);

        Assert.That((report.Deleted.Select(backup => backup.ArchiveKey), report.Orphans.Count), Is.EqualTo((new[] { own }, 0)));
        Assert.That(Directory.GetFiles(trial.Folder), Is.SupersetOf(before));
    }

    static Task<PruneReport> PruneAsync(BackupTrial trial, string environment, string? database = null) =>
        PruneBackupsStep.PruneAsync(
            trial.Store, MonthlyOnes with { Monthly = database is null ? 12 : 0 },
            new() { Environment = environment, Database = database }, CancellationToken.None);

    static async Task<BackupOutcome> AgedAsync(BackupTrial trial, int days, string environment = "staging")
    {
        var clock = new Earlier(TimeSpan.FromDays(days));
        var backup = await Backup.TakeAsync(trial.Request with { Clock = clock, Environment = environment }, null, CancellationToken.None);
        foreach (var path in (string[])[trial.PathOf(backup), ManifestPath(trial, backup)])
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        }

        return backup;
    }

    static string ManifestPath(BackupTrial trial, BackupOutcome backup) => BackupManifest.KeyOf(trial.PathOf(backup));

    sealed class Earlier(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - by;
    }
}

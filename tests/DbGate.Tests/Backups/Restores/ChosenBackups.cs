using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Postgres;
using DbGate.Signing;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Without a name, the newest backup is taken, or the run stops: never silently an older one.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ChosenBackups
{
    [Test]
    public async Task Are_the_newest_ones()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var newer = await trial.Backups.TakeAsync();

        Assert.That((await FindAsync(trial)).Key, Is.EqualTo(newer.Key));
    }

    [TestCase("cut manifest", "its manifest cannot be used")]
    [TestCase("no archive", "its archive is missing")]
    [TestCase("short archive", "its archive has")]
    public async Task Are_refused_when_the_newest_one_is_damaged(string damage, string reason)
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var newer = await trial.Backups.TakeAsync();
        var archive = trial.Backups.PathOf(newer);
        var manifest = BackupManifest.KeyOf(archive);
        switch (damage)
        {
            case "cut manifest":
                await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest))[..700]);
                break;
            case "no archive":
                File.Delete(archive);
                break;
            default:
                await File.WriteAllBytesAsync(archive, (await File.ReadAllBytesAsync(archive))[..^5]);
                break;
        }

        Assert.That(() => FindAsync(trial), Failure.From("DBG0328", problem =>
            problem.Message.Contains(newer.Key, StringComparison.Ordinal)
            && problem.Message.Contains(reason, StringComparison.Ordinal)
            && problem.Fix!.ToString().Contains($"--backup={trial.Backup.Key}", StringComparison.Ordinal)));
        Assert.That((await FindAsync(trial, trial.Backup.Key)).Key, Is.EqualTo(trial.Backup.Key));
    }

    [Test]
    public async Task Of_a_store_with_only_a_damaged_one_name_the_damage()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        File.Delete(trial.ArchivePath);

        Assert.That(
            () => FindAsync(trial),
            Failure.From("DBG0328", problem => problem.Message.Contains("its archive is missing", StringComparison.Ordinal)));
    }

    [Test]
    public async Task That_are_unsigned_do_not_follow_signed_ones()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        using var key = Signing();
        await Backup.TakeAsync(trial.Backups.Request with { Key = key }, null, CancellationToken.None);
        var unsigned = await trial.Backups.TakeAsync();

        Assert.That(
            () => FindAsync(trial),
            Failure.From("DBG0328", problem => problem.Message.Contains($"{unsigned.Key} is the newest backup", StringComparison.Ordinal)));
    }

    [Test]
    public async Task That_are_unsigned_are_refused_where_a_key_is_set()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        using var key = Signing();

        Assert.That(() => BackupSource.FindAsync(trial.Choice with { SigningKey = key }, CancellationToken.None), Failure.From("DBG0707"));
    }

    [Test]
    public async Task Are_of_the_database_that_the_manifest_names()
    {
        // Both names are spelled alike in a key.
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var url = trial.Backups.Source.Url;
        await using var one = new Dropped(url.WithDatabase($"{url.Database}_ä"));
        await using var other = new Dropped(url.WithDatabase($"{url.Database}_ö"));
        foreach (var name in (string[])[one.Url.Database, other.Url.Database])
        {
            await trial.Backups.Source.ExecuteAsync($"CREATE DATABASE \"{name}\" TEMPLATE template0");
            await using var session = await Session.OpenAsync(url.WithDatabase(name), null, CancellationToken.None);
            await session.ExecuteAsync("CREATE TABLE t (id int)", CancellationToken.None);
        }

        var wanted = await Backup.TakeAsync(trial.Backups.Request with { Url = one.Url }, null, CancellationToken.None);
        await Backup.TakeAsync(trial.Backups.Request with { Url = other.Url }, null, CancellationToken.None);

        Assert.That(
            (await BackupSource.FindAsync(trial.Choice with { Database = one.Url.Database }, CancellationToken.None)).Key,
            Is.EqualTo(wanted.Key));
    }

    static SigningKey Signing()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return SigningKey.Load(pair.ExportPkcs8PrivateKeyPem(), "a test");
    }

    static Task<BackupSource> FindAsync(RestoreTrial trial, string? key = null) =>
        BackupSource.FindAsync(trial.Choice with { Database = trial.Backups.Source.Name, Key = key }, CancellationToken.None);
}

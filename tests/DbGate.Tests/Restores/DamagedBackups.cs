using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Stores.Local;
using DbGate.Restores;

namespace DbGate.Tests.Restores;

/// <summary>A backup that is not what its manifest says never gets one row, not one table, into a database.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class DamagedBackups
{
    [Test]
    public Task Cut_in_a_member_are_refused() => RefusedAsync("DBG0322", (bytes, _) => bytes[..(bytes.Length * 2 / 3)]);

    [Test]
    public Task Cut_between_members_are_refused() =>
        RefusedAsync("DBG0322", (bytes, manifest) => bytes[..(int)manifest.Members.Lengths.Take(manifest.Members.Count / 2).Sum()]);

    [Test]
    public Task Without_their_last_member_are_refused() =>
        RefusedAsync("DBG0322", (bytes, manifest) => bytes[..^(int)manifest.Members.Lengths[^1]]);

    [Test]
    public Task With_one_flipped_bit_are_refused([Range(0, 4)] int fifth) => RefusedAsync("DBG0323", (bytes, _) =>
    {
        bytes[(bytes.Length - 1) * fifth / 4] ^= 1;
        return bytes;
    });

    [Test]
    public Task With_members_exchanged_are_refused() => RefusedAsync("DBG0323", (bytes, manifest) =>
    {
        var offsets = manifest.Members.Expand();
        var (first, second) = (offsets[3], offsets[4]);
        return
        [
            .. bytes[..(int)first.Offset],
            .. bytes[(int)second.Offset..(int)(second.Offset + second.Length)],
            .. bytes[(int)first.Offset..(int)second.Offset],
            .. bytes[(int)(second.Offset + second.Length)..],
        ];
    });

    [Test]
    public Task Longer_than_they_were_are_refused() => RefusedAsync("DBG0322", (bytes, _) => [.. bytes, .. bytes[^64..]]);

    [Test]
    public async Task Replaced_by_an_older_backup_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync();
        await trial.Backups.Source.ExecuteAsync("DELETE FROM \"order\" WHERE id > 10000");
        var newer = await trial.Backups.TakeAsync();
        File.Copy(trial.ArchivePath, trial.Backups.PathOf(newer), overwrite: true);

        await RefusedAsync(trial, "DBG0322", trial.Choice with { Key = newer.Key });
    }

    [Test]
    public async Task Replayed_under_a_newer_name_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync();
        var later = trial.Backup.Key.Replace("_20", "_21", StringComparison.Ordinal);
        File.Copy(trial.ArchivePath, Path.Combine(trial.Backups.Folder, later));
        File.Copy($"{trial.ArchivePath}.manifest.json", Path.Combine(trial.Backups.Folder, $"{later}.manifest.json"));

        await RefusedAsync(trial, "DBG0320", trial.Choice with { Key = later });
    }

    [Test]
    public async Task Of_another_environment_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync();

        await RefusedAsync(trial, "DBG0706", new BackupChoice(new LocalStore(trial.Backups.Folder), "production") { Key = trial.Backup.Key });
    }

    [Test]
    public async Task Signed_by_another_key_are_refused()
    {
        using var ours = SigningKey.Load(NewKey(), "ours");
        using var theirs = SigningKey.Load(NewKey(), "theirs");
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var signed = await Backup.TakeAsync(trial.Backups.Request with { Key = theirs }, null, CancellationToken.None);

        await RefusedAsync(trial, "DBG0321", trial.Choice with { Key = signed.Key, SigningKey = ours });
    }

    static string NewKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    static async Task RefusedAsync(string code, Func<byte[], BackupManifest, byte[]> damage)
    {
        await using var trial = await RestoreTrial.StartAsync();
        await File.WriteAllBytesAsync(trial.ArchivePath, damage(await File.ReadAllBytesAsync(trial.ArchivePath), trial.Backup.Manifest));
        await RefusedAsync(trial, code, trial.Choice with { Key = trial.Backup.Key });
    }

    static async Task RefusedAsync(RestoreTrial trial, string code, BackupChoice choice)
    {
        var target = await trial.TargetAsync();

        Assert.That(() => trial.RunAsync(request => request with { Backup = choice, Target = target.Url }), Failure.Of(code));
        Assert.That(await RestoreTrial.TableCountAsync(target.Url), Is.Zero);
        Assert.That(Directory.GetFiles(trial.Backups.Folder, "*restore-test*"), Is.Empty);
    }
}

using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage.Local;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A backup that is not what its manifest states never gets one row, not one table, into a database.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class DamagedBackups
{
    // Whole, and never altered: each test damages a copy. None may touch the target, so one does for all.
    RestoreTrial trial = null!;
    TestDatabase target = null!;

    [OneTimeSetUp]
    public async Task TakeAsync()
    {
        trial = await RestoreTrial.StartAsync();
        target = await trial.TargetAsync();
    }

    [OneTimeTearDown]
    public async Task DisposeAsync() => await trial.DisposeAsync();

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
        await using var other = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await other.Backups.Source.ExecuteAsync("INSERT INTO t VALUES (1)");
        var newer = await other.Backups.TakeAsync();
        File.Copy(other.ArchivePath, other.Backups.PathOf(newer), overwrite: true);

        await RefusedAsync("DBG0322", other.Choice with { Key = newer.Key });
    }

    [Test]
    public async Task Replayed_under_a_newer_name_are_refused()
    {
        using var copy = await CopyAsync();
        var later = trial.Backup.Key.Replace("_20", "_21", StringComparison.Ordinal);
        File.Move(copy.Of(trial.Backup.Key), copy.Of(later));
        File.Move(copy.Of(BackupManifest.KeyOf(trial.Backup.Key)), copy.Of(BackupManifest.KeyOf(later)));

        await RefusedAsync("DBG0320", copy.Choice with { Key = later });
    }

    [Test]
    public async Task Whose_manifest_is_cut_are_refused()
    {
        using var copy = await CopyAsync();
        var manifest = copy.Of(BackupManifest.KeyOf(trial.Backup.Key));
        await File.WriteAllBytesAsync(manifest, (await File.ReadAllBytesAsync(manifest))[..^9]);

        await RefusedAsync("DBG0320", copy.Choice with { Key = trial.Backup.Key });
    }

    [Test]
    public async Task Without_their_manifest_are_none()
    {
        using var copy = await CopyAsync();
        File.Delete(copy.Of(BackupManifest.KeyOf(trial.Backup.Key)));

        await RefusedAsync("DBG0324", copy.Choice);
    }

    [Test]
    public Task Of_another_environment_are_refused() =>
        RefusedAsync("DBG0706", trial.Choice with { Environment = "production", Key = trial.Backup.Key });

    [Test]
    public async Task Signed_by_another_key_are_refused()
    {
        using var ours = SigningKey.Load(NewKey(), "ours");
        using var theirs = SigningKey.Load(NewKey(), "theirs");
        await using var other = await BackupTrial.StartAsync("CREATE TABLE t (id int)");
        var signed = await Backup.TakeAsync(other.Request with { Key = theirs }, null, CancellationToken.None);

        await RefusedAsync("DBG0321", new BackupChoice(other.Store, "staging") { Key = signed.Key, SigningKey = ours });
    }

    static string NewKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    async Task RefusedAsync(string code, Func<byte[], BackupManifest, byte[]> damage)
    {
        using var copy = await CopyAsync();
        var archive = copy.Of(trial.Backup.Key);
        await File.WriteAllBytesAsync(archive, damage(await File.ReadAllBytesAsync(archive), trial.Backup.Manifest));
        await RefusedAsync(code, copy.Choice with { Key = trial.Backup.Key });
        Assert.That(Directory.GetFiles(copy.Path, "*restore-test*"), Is.Empty);
    }

    async Task RefusedAsync(string code, BackupChoice choice)
    {
        Assert.That(
            () => trial.RunAsync(request => request with { Backup = choice, Target = target.Url }),
            Failure.From(code, problem => problem.Code.ExitCode == ExitCode.Blocked));
        Assert.That(await RestoreTrial.TableCountAsync(target.Url), Is.Zero);
    }

    async Task<Copy> CopyAsync()
    {
        var copy = new Copy();
        foreach (var file in Directory.GetFiles(trial.Backups.Folder))
        {
            await Task.Run(() => File.Copy(file, copy.Of(Path.GetFileName(file))));
        }

        return copy;
    }

    sealed class Copy : IDisposable
    {
        readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-damaged-");

        public string Path => folder.FullName;

        public BackupChoice Choice => new(new LocalStore(Path), "staging");

        public string Of(string key) => System.IO.Path.Combine(Path, key);

        public void Dispose() => folder.Delete(recursive: true);
    }
}

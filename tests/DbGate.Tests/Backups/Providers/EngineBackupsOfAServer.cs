using System.Text.RegularExpressions;
using DbGate.Backups.Providers;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Storage;

namespace DbGate.Tests.Backups.Providers;

/// <summary>The engines themselves, with a real cluster: what they prove, and each fault that blocks by its name.</summary>
[Category("Postgres")]
[TestFixture(BackupProvider.PgBackRest)]
[TestFixture(BackupProvider.BaseBackup)]
[TestFixture(BackupProvider.Barman, Category = "Nightly")] // its programs take a second each
sealed class EngineBackupsOfAServer(BackupProvider kind)
{
    readonly string folder = Directory.CreateTempSubdirectory("dbgate-proofs-").FullName;
    ArchivedServer server = null!;
    IRestorableProvider provider = null!;

    IObjectStore Store => ObjectStores.Open(new StoreOptions.Folder(folder));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await ArchivedServer.StartAsync(kind switch
        {
            BackupProvider.PgBackRest => "pgbackrest", BackupProvider.Barman => "barman", _ => null,
        });
        await BackUpAsync("first");
        provider = server.Open(
            kind, options => kind == BackupProvider.Barman ? options with { Stanza = "main", ConfigFile = server.BarmanFile } : options);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Are_proven_restored_to_the_restore_point_and_compared()
    {
        await ArchivedServer.ExecuteAsync(server.Url, """
            DROP TABLE IF EXISTS t CASCADE;
            CREATE TABLE t AS SELECT generate_series(1, 300) AS id;
            CREATE MATERIALIZED VIEW few AS SELECT id FROM t WHERE id < 11;
            CREATE SEQUENCE IF NOT EXISTS counted;
            SELECT nextval('counted')
            """);
        var file = await ProveAsync(withContent: true);
        await ArchivedServer.ExecuteAsync(server.Url, "INSERT INTO t VALUES (301); DELETE FROM early");

        Assert.That(file.Proof.Level, Is.EqualTo("L1"));
        Assert.That(file.Proof.WalSegments, Is.GreaterThan(0));
        Assert.That(await EngineProof.ReadAsync(Store, file.Key, null, default), Has.Property(nameof(file.Sha256)).EqualTo(file.Sha256));
        await using var cluster = await RestoredCluster.RestoreAsync(
            provider, file, new Dictionary<string, string>(), server.Options, default);
        var (difference, found) = await cluster.CompareAsync(server.Options, default);
        Assert.That(difference, Is.Null);
        Assert.That(found.Rows(), Is.EqualTo(1310));
        await ArchivedServer.ExecuteAsync(cluster.Url, "UPDATE t SET id = 9999 WHERE id = 7; DELETE FROM early WHERE id = 3");
        (difference, _) = await cluster.CompareAsync(server.Options, default);
        Assert.That(
            difference!.Cause, Does.Contain("public.t has other contents").And.Contain("public.early has 999 rows, the database 1000"));
        await ArchivedServer.ExecuteAsync(server.Url, "INSERT INTO early SELECT generate_series(1, 1000)");

        var copy = await cluster.MakeSchemaAsync(default);
        await using var session = await Session.OpenAsync(copy, null, default);
        Assert.That(await session.ScalarAsync<long>("SELECT count(*) FROM t", default), Is.Zero);
        Assert.That(
            await session.ScalarAsync<string>("SELECT current_setting('archive_mode')", default), Is.EqualTo("off"),
            "a copy must not archive into production's repository");
    }

    [Test]
    public async Task Are_refused_with_a_gap_in_the_WAL()
    {
        await ProveAsync(); // at least one segment more
        var file = await ProveAsync();
        var segment = Directory.EnumerateFiles(ArchiveFolder, $"{Before(file.Proof.Point.WalFile)}*", SearchOption.AllDirectories).Single();
        File.Move(segment, $"{folder}/segment");
        try
        {
            Assert.That(
                () => ProveAsync(),
                Failure.From("DBG0369", problem => problem.Cause!.Contains(Before(file.Proof.Point.WalFile), StringComparison.Ordinal)));
            Assert.That(() => EngineProver.ProveAgainAsync(provider, file, default), Failure.From("DBG0369"));
        }
        finally
        {
            File.Move($"{folder}/segment", segment);
        }
    }

    [Test]
    public async Task Are_refused_for_another_cluster()
    {
        await using var other = await TestDatabase.CreateAsync();
        Assert.That(
            () => new EngineProver(server.Request(provider, Store) with { Url = other.Url }).ProveAsync(default),
            Failure.From("DBG0365", problem => Regex.IsMatch(problem.Cause!, @"system identifier \d+, the target's is \d+")));
    }

    [Test]
    public async Task Are_refused_with_one_damaged_byte_in_the_base_backup()
    {
        var file = Directory.EnumerateFiles(BackupFolder, "1259*", SearchOption.AllDirectories)
            .First(path => new FileInfo(path).Length > 2000);
        await DamagedAsync(file, () => Assert.That(() => ProveAsync(), Failure.From("DBG0368")));
    }

    [Test]
    public async Task Are_refused_with_one_damaged_byte_in_the_WAL()
    {
        var proof = await ProveAsync();
        var file = Directory.EnumerateFiles(ArchiveFolder, $"{proof.Proof.Point.WalFile}*", SearchOption.AllDirectories).Single();
        await DamagedAsync(
            file,
            () =>
            {
                if (kind == BackupProvider.Barman) // it verifies no WAL: that is listed, and a restore finds it
                {
                    Assert.That(proof.Proof.NotChecked, Has.Some.Contains("bytes of the WAL"));
                    Assert.That(
                        () => RestoredCluster.RestoreAsync(
                            provider, proof, new Dictionary<string, string>(), server.Options, default), Failure.From("DBG0374"));
                    return;
                }

                Assert.That(() => EngineProver.ProveAgainAsync(provider, proof, default), Failure.From("DBG0368"));
            },
            at: kind == BackupProvider.PgBackRest ? 1000 : 60); // behind the page's header: the checksum of the first record
    }

    [Test]
    public void Are_refused_when_the_base_backup_is_too_old() =>
        Assert.That(
            () => new EngineProver(server.Request(provider, Store) with
            {
                Options = server.Options with { MaxBaseAge = TimeSpan.FromTicks(1) },
            }).ProveAsync(default),
            Failure.From("DBG0366"));

    [Test]
    public async Task Are_refused_when_the_restore_point_is_not_archived()
    {
        await File.WriteAllTextAsync($"{server.Folder}/refuse", "");
        try
        {
            var options = server.Options with { ArchiveTimeout = TimeSpan.FromSeconds(1) };
            Assert.That(
                () => new EngineProver(server.Request(provider, Store) with { Options = options }).ProveAsync(default),
                Failure.From("DBG0370"));
        }
        finally
        {
            File.Delete($"{server.Folder}/refuse");
            await ProveAsync(); // the archiver has caught up
        }
    }

    [Test]
    public async Task Are_refused_when_the_base_backup_of_a_proof_has_expired()
    {
        var file = await ProveAsync();
        await BackUpAsync("second");
        if (kind == BackupProvider.PgBackRest)
        {
            await server.RunAsync(
                "pgbackrest", $"--config={server.ConfigFile}", "--stanza=main", $"--set={file.Proof.Backup.Label}", "expire");
        }
        else if (kind == BackupProvider.Barman)
        {
            await server.RunAsync("barman", "-c", server.BarmanFile, "delete", "main", file.Proof.Backup.Label);
        }
        else
        {
            Directory.Delete(Path.Combine(server.BaseFolder, file.Proof.Backup.Label), recursive: true);
        }

        Assert.That(
            () => EngineProver.ProveAgainAsync(provider, file, default),
            Failure.From("DBG0372"));
        Assert.That((await ProveAsync()).Proof.Backup.Label, Is.Not.EqualTo(file.Proof.Backup.Label));
    }

    string ArchiveFolder => kind switch
    {
        BackupProvider.PgBackRest => $"{server.Folder}/repo/archive",
        BackupProvider.Barman => $"{server.Folder}/barman/main/wals",
        _ => server.WalFolder,
    };

    string BackupFolder => kind switch
    {
        BackupProvider.PgBackRest => $"{server.Folder}/repo/backup",
        BackupProvider.Barman => $"{server.Folder}/barman/main/base",
        _ => server.BaseFolder,
    };

    Task BackUpAsync(string name) => kind switch
    {
        BackupProvider.PgBackRest => server.BackUpAsync(),
        BackupProvider.Barman => server.BarmanBackUpAsync(),
        _ => server.BaseBackUpAsync(name),
    };

    Task<EngineProofFile> ProveAsync(bool withContent = false) =>
        new EngineProver(server.Request(provider, Store, withContent)).ProveAsync(default);

    static string Before(string segment) =>
        WalSegment.Find(segment, 16 << 20) is { } found ? (found with { Number = found.Number - 1 }).Name(16 << 20) : "";

    static async Task DamagedAsync(string path, Action test, int at = 1000)
    {
        var whole = await File.ReadAllBytesAsync(path);
        try
        {
            await using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write))
            {
                stream.Position = at;
                stream.WriteByte((byte)(whole[at] ^ 0x55));
            }

            test();
        }
        finally
        {
            await File.WriteAllBytesAsync(path, whole);
        }
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Signing;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Backups;

/// <summary>What docs/reference/backup-format.md promises to people without DbGate.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Backup_format
{
    BackupTrial trial = null!;
    BackupOutcome backup = null!;
    string key = null!;

    [OneTimeSetUp]
    public async Task TakeAsync()
    {
        trial = await BackupTrial.StartAsync(
            """
            CREATE TABLE "Order" (id int, t text); INSERT INTO "Order" SELECT g, md5(g::text) FROM generate_series(1, 30000) g;
            CREATE TABLE other (id int); INSERT INTO other SELECT generate_series(1, 10);
            CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT 1; SELECT lo_from_bytea(0, 'x');
            """);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key = Path.Combine(trial.Folder, "key.pem");
        await File.WriteAllTextAsync(key, pair.ExportECPrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(trial.Folder, "key.pub.pem"), pair.ExportSubjectPublicKeyInfoPem());
        using var signing = SigningKey.Load(key, "test");
        backup =
            await Backup.TakeAsync(
                trial.Request with { Key = signing, GitCommit = new string('c', 40), Options = new() { MemberBytes = 100_000 } }, null,
                CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task DisposeAsync() => await trial.DisposeAsync();

    [Test]
    public void Is_described_by_its_schema()
    {
        var schema =
            new JsonSchema(
                JsonDocument.Parse(
                    File.ReadAllText(Path.Combine(Repository.Root, "docs/schemas/backup-manifest.schema.json"))).RootElement);

        Assert.That(schema.Validate(JsonDocument.Parse(backup.File.Bytes).RootElement), Is.Empty);
        Assert.That(schema.Validate(JsonDocument.Parse("""{"format":2}""").RootElement), Is.Not.Empty);
    }

    [Test]
    public async Task Is_signed_so_that_openssl_agrees()
    {
        var text = await File.ReadAllBytesAsync(Path.Combine(trial.Folder, BackupManifest.KeyOf(backup.Key)));
        var at = text.AsSpan().LastIndexOf(",\n  \"signature\": "u8);
        await File.WriteAllBytesAsync(Path.Combine(trial.Folder, "signed"), [.. text[..at], .. "\n}\n"u8]);
        await File.WriteAllBytesAsync(
            Path.Combine(trial.Folder, "signature"),
            JsonDocument.Parse(text).RootElement.GetProperty("signature").GetProperty("value").GetBytesFromBase64());

        var result =
            await Shell.RunAsync(
                "openssl", ["dgst", "-sha256", "-verify", "key.pub.pem", "-signature", "signature", "signed"], trial.Folder);

        Assert.That(result.Everything, Does.Contain("Verified OK"));
    }

    [Test]
    public async Task Gives_one_table_to_tail_head_and_gunzip()
    {
        var table = backup.Manifest.Tables.Single(table => table.Name == "Order");
        var offset = backup.Manifest.Members.Lengths.Take(table.FirstMember).Sum();
        var length = backup.Manifest.Members.Lengths.Skip(table.FirstMember).Take(table.MemberCount).Sum();

        var result =
            await Shell.RunAsync(
                "bash",
                ["-c", $"tail -c +{offset + 1} {backup.Key} | head -c {length} | gunzip -c | grep -c -E '^[0-9]+.[0-9a-f]{{32}}$'"],
                trial.Folder);

        Assert.That(result.Output.Trim(), Is.EqualTo("30000"));
        Assert.That(table.MemberCount, Is.GreaterThan(5));
    }

    [Test]
    public void Ends_with_the_words_of_a_complete_dump_and_says_them_once()
    {
        using var file =
            new StreamReader(
                new System.IO.Compression.GZipStream(
                    File.OpenRead(trial.PathOf(backup)), System.IO.Compression.CompressionMode.Decompress));
        var lines = file.ReadToEnd().Split('\n');

        Assert.That(lines.Count(line => line == "-- PostgreSQL database dump complete"), Is.EqualTo(1));
        Assert.That(string.Join('\n', lines.TakeLast(8)), Does.Contain("-- PostgreSQL database dump complete\n--\n"));
        Assert.That(
            lines.Count(line => line.StartsWith("\\restrict ", StringComparison.Ordinal)),
            Is.EqualTo(backup.Manifest.Archive.IsRestricted ? 1 : 0));
    }

    [Test]
    public async Task Is_the_same_file_for_the_same_data_but_for_its_key()
    {
        // Of itself, the compression changes while the store is slow.
        var options = new DumpOptions { MemberBytes = 100_000, CompressionLevel = 2 };
        var (once, again) = (await trial.TakeAsync(options with { Jobs = 1 }), await trial.TakeAsync(options with { Jobs = 4 }));

        Assert.That(again.Manifest.Tables, Is.EqualTo(once.Manifest.Tables));
        Assert.That(again.Manifest.Members.Lengths.Skip(2).SkipLast(2), Is.EqualTo(once.Manifest.Members.Lengths.Skip(2).SkipLast(2)));
    }

    [Test]
    public async Task Is_listed_newest_first_with_its_age_by_the_stores_clock()
    {
        var catalog = new BackupCatalog(trial.Store);
        var entry = (await catalog.ListAsync("staging", trial.Source.Name, CancellationToken.None))[^1];
        var records = await catalog.ReadRecordsAsync(null, null, new Dictionary<string, DateTimeOffset>(), CancellationToken.None);

        Assert.That((entry.Archive.Key, entry.Name.Environment), Is.EqualTo((backup.Key, "staging")));
        Assert.That(await catalog.AgeAsync(entry, CancellationToken.None), Is.InRange(TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(10)));
        Assert.That(await catalog.ListAsync("production", null, CancellationToken.None), Is.Empty);
        Assert.That(records.Select(record => record.Verified), Has.All.EqualTo(DbGate.Configuration.VerificationLevel.ReadBack));
        Assert.That(
            (await catalog.FindNewestAsync("staging", trial.Source.Name, CancellationToken.None))!.Archive.LastModified,
            Is.GreaterThanOrEqualTo(entry.Archive.LastModified));
    }
}

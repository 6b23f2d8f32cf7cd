using DbGate.Backups;
using DbGate.Storage;
using DbGate.Backups.Restores;
using DbGate.Testing.Gcs;
using DbGate.Testing.Http;
using DbGate.Testing.S3;
using DbGate.Tests.Backups;
using DbGate.Tests.Storage;
using DbGate.Tests.Storage.S3;

namespace DbGate.Tests.Backups.Restores;

/// <summary>One table out of a bucket costs its own bytes, not the archive's.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RestoresFromBuckets
{
    // Some three megabytes that hardly compress, and a table of a few kilobytes.
    const string Source =
        """
        CREATE TABLE big AS SELECT g AS id, (SELECT string_agg(md5(random()::text || g || i), '') FROM generate_series(1, 100) i) AS t FROM generate_series(1, 2000) g;
        CREATE TABLE small (id int PRIMARY KEY, name text);
        INSERT INTO small SELECT g, 'name ' || g FROM generate_series(1, 500) g;
        """;

    [Test]
    public async Task One_table_reads_only_its_ranges_of_an_S3_object()
    {
        await using var s3 = new S3Double();
        var archive = await DemandRangesAsync(Doubles.Open(s3));

        DemandRangesOnTheWire(s3.Http, archive);
    }

    [Test]
    public async Task One_table_reads_only_its_ranges_of_a_Google_object()
    {
        await using var gcs = new GcsDouble();
        var archive = await DemandRangesAsync(ObjectStores.Open(
            new StoreOptions.Gcs(GcsDouble.Bucket) { Endpoint = gcs.Http.Url, Prefix = "acme/prod" }, TestRetries.Short));

        DemandRangesOnTheWire(gcs.Http, archive);
    }

    [Test]
    [Category("S3")]
    public async Task One_table_reads_only_its_ranges_from_a_real_S3_server()
    {
        var server = await S3Server.SharedAsync();
        await DemandRangesAsync(ObjectStores.Open(RealS3.OptionsFor(server, await server.CreateBucketAsync(false))));
    }

    static async Task<BackupOutcome> DemandRangesAsync(IObjectStore bucket)
    {
        await using var trial = await BackupTrial.StartAsync(Source);
        var backup = await Backup.TakeAsync(trial.Request with { Stores = [bucket] }, null, CancellationToken.None);
        var store = new CountingStore(bucket);

        var outcome = await Restore.RunAsync(
            new() { Backup = new(store, "staging") { Key = backup.Key }, Url = trial.Source.Url, Tables = ["public.small"], IsProduction =
                false }, null, CancellationToken.None);

        await using var beside = new Dropped(trial.Source.Url.WithDatabase(outcome.Database));
        Assert.That(await beside.ScalarAsync<long>("SELECT count(*) FROM small"), Is.EqualTo(500));
        Assert.That(backup.Manifest.Archive.Length, Is.GreaterThan(2_000_000));
        Assert.That(store.ReadOf(backup.Key), Is.InRange(1, 100_000), "bytes of the archive");
        return backup;
    }

    static void DemandRangesOnTheWire(HttpDouble http, BackupOutcome backup)
    {
        // Taking it read it back as a whole; all that was read after the manifest was written is the restore's.
        var manifest = Path.GetFileName(DbGate.Backups.Manifests.BackupManifest.KeyOf(backup.Key));
        var reads =
            http.Seen.SkipWhile(seen => !(seen.Method is "PUT" or "POST" && Named(seen, manifest)))
                .Where(seen => seen.Method == "GET" && Named(seen, backup.Key) && !Named(seen, manifest))
                .ToArray();

        Assert.That(reads, Is.Not.Empty);
        Assert.That(
            reads.Where(read => read.Header("Range") is null && read.Query.ContainsKey("alt") | read.Query.Count == 0), Is.Empty,
            "without a range");
        Assert.That(reads.Sum(read => read.AnswerBody.Length), Is.LessThan(100_000));
    }

    static bool Named(HttpExchange exchange, string key) => Uri.UnescapeDataString(exchange.Target).Contains(key, StringComparison.Ordinal);
}

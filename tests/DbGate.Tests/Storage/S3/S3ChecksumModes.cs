using DbGate.Storage;
using DbGate.Testing.Http;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3ChecksumModes : IAsyncDisposable
{
    static readonly Fault Mismatch = new Fault.Answer(400, "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>");

    readonly S3Double s3 = new();

    public ValueTask DisposeAsync() => s3.DisposeAsync();

    [TestCase(3)]
    [TestCase(6 << 20)]
    public async Task Change_by_themselves_when_the_store_cannot_read_checksums(int length)
    {
        s3.Http.Inject(
            Mismatch, request => request.Headers.Keys.Any(name => name.StartsWith("x-amz-checksum", StringComparison.OrdinalIgnoreCase)),
            1000);

        await StoreIn(S3Checksums.Automatic).WriteBytesAsync("a.sql.gz", new byte[length], CancellationToken.None);

        Assert.That(s3.Http.Seen.Where(request => request.Method == "PUT").Last().Header("Content-MD5"), Is.Not.Null);
    }

    [Test]
    public void Stay_when_they_were_chosen()
    {
        s3.Http.Inject(Mismatch, request => request.Method == "PUT", 1000);

        Assert.That(
            async () => await StoreIn(S3Checksums.WhenSupported).WriteBytesAsync("a.sql.gz", new byte[3], CancellationToken.None),
            Fails.With("DBG0354"));
    }

    [Test]
    public async Task Send_SHA256_with_every_part_where_supported()
    {
        await StoreIn(S3Checksums.WhenSupported).WriteBytesAsync("a.sql.gz", new byte[6 << 20], CancellationToken.None);

        Assert.That(
            s3.Http.Seen.Where(IsPart).Select(request => request.Header("x-amz-checksum-sha256")), Is.All.Not.Null.And.Exactly(2).Items);
    }

    [Test]
    public async Task Send_MD5_and_nothing_newer_where_required()
    {
        await StoreIn(S3Checksums.WhenRequired).WriteBytesAsync("a.sql.gz", new byte[6 << 20], CancellationToken.None);

        Assert.That(s3.Http.Seen.Where(IsPart).Select(request => request.Header("Content-MD5")), Is.All.Not.Null.And.Exactly(2).Items);
        Assert.That(
            s3.Http.Seen.SelectMany(request => request.Headers.Keys),
            Has.None.StartsWith("x-amz-checksum-").And.None.StartsWith("x-amz-sdk-checksum"));
    }

    [Test]
    public async Task Report_the_SHA256_that_the_store_vouches_for()
    {
        var stored = await StoreIn(S3Checksums.Automatic).WriteBytesAsync("a.json", "abc"u8.ToArray(), CancellationToken.None);

        Assert.That(stored.Sha256, Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    IObjectStore StoreIn(S3Checksums checksums) =>
        ObjectStores.Open(Doubles.OptionsFor(s3) with { Checksums = checksums }, TestRetries.Short);

    static bool IsPart(HttpExchange request) => request.Query.ContainsKey("partNumber");
}

using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using DbGate.Storage;
using DbGate.Problems;
using DbGate.Testing;

namespace DbGate.Tests.Storage.S3;

/// <summary>What a bucket's own protections do, seen on a real server.</summary>
[Category("S3")]
[Parallelizable(ParallelScope.All)]
public sealed class RealS3Protection
{
    const string Key = "shop.sql.gz";

    [TestCase(3)]
    [TestCase(6 << 20)]
    public async Task Locks_objects_against_deletion(int length)
    {
        var server = await S3Server.SharedAsync();
        var store = ObjectStores.Open(
            RealS3.OptionsFor(
                server, await server.CreateBucketAsync(versioned: true, objectLock: true)) with { Lock = new(S3LockMode.Governance, 1) });
        var stored = await store.WriteBytesAsync(Key, new byte[length], CancellationToken.None);

        Assert.That(stored.VersionId, Is.Not.Null.And.Not.Empty);
        Assert.That(async () => await store.DeleteAsync(stored, CancellationToken.None), Fails.With("DBG0350"));
        Assert.That(await store.HeadAsync(Key, CancellationToken.None), Is.EqualTo(stored));
    }

    [Test]
    public async Task Refuses_a_lock_where_the_bucket_has_none()
    {
        var server = await S3Server.SharedAsync();
        var store = ObjectStores.Open(
            RealS3.OptionsFor(server, await server.CreateBucketAsync()) with { Lock = new(S3LockMode.Governance, 1) });

        Assert.That(async () => await store.WriteBytesAsync(Key, new byte[3], CancellationToken.None), Fails.With("DBG0356"));
        Assert.That(await store.HeadAsync(Key, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Brings_no_deleted_version_back()
    {
        var server = await S3Server.SharedAsync();
        var bucket = await server.CreateBucketAsync(versioned: true);
        var store = ObjectStores.Open(RealS3.OptionsFor(server, bucket));
        var stored = await store.WriteBytesAsync(Key, new byte[3], CancellationToken.None);

        await store.DeleteAsync(stored, CancellationToken.None);

        using var client = server.CreateClient();
        var versions = await client.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket });
        Assert.That(versions.Versions ?? [], Is.Empty);
    }

    [Test]
    public async Task Shows_and_drops_an_upload_that_a_killed_process_left()
    {
        var server = await S3Server.SharedAsync();
        var bucket = await server.CreateBucketAsync();
        using var client = server.CreateClient();
        await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = "acme/prod/left.sql.gz" });
        await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = "neighbour/left.sql.gz" });
        var store = (IUnfinishedUploads)ObjectStores.Open(RealS3.OptionsFor(server, bucket));

        var left = await store.ListUnfinishedAsync(CancellationToken.None).ToListAsync();
        Assert.That(left.Select(upload => upload.Key), Is.EqualTo(["left.sql.gz"]));

        await store.AbortAsync(left[0], CancellationToken.None);
        await store.AbortAsync(left[0], CancellationToken.None);
        Assert.That(await store.ListUnfinishedAsync(CancellationToken.None).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Lists_more_than_a_page()
    {
        var server = await S3Server.SharedAsync();
        var bucket = await server.CreateBucketAsync();
        using var client = server.CreateClient();
        await Parallel.ForAsync(0, 1001, async (number, cancellationToken) => await client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = string.Create(CultureInfo.InvariantCulture, $"acme/prod/{number:0000}.json"),
                ContentBody = "x" }, cancellationToken));

        var store = ObjectStores.Open(RealS3.OptionsFor(server, bucket));

        Assert.That(await store.ListAsync(string.Empty, CancellationToken.None).CountAsync(), Is.EqualTo(1001));
    }

    [Test]
    public async Task Names_refused_credentials_and_missing_buckets()
    {
        var server = await S3Server.SharedAsync();
        var options = RealS3.OptionsFor(server, await server.CreateBucketAsync());

        Assert.That(await CodeOfAsync(options with { Keys = new("AKIANOBODY", "nothing") }), Is.EqualTo("DBG0344"));
        Assert.That(await CodeOfAsync(options with { Keys = new(server.AccessKey, "wrong") }), Is.EqualTo("DBG0344"));
        Assert.That(await CodeOfAsync(options with { Bucket = "no-such-bucket-here" }), Is.EqualTo("DBG0343"));
    }

    static async Task<string?> CodeOfAsync(StoreOptions.S3 options)
    {
        try
        {
            await ObjectStores.Open(options).WriteBytesAsync(Key, new byte[3], CancellationToken.None);
            return null;
        }
        catch (GateException exception)
        {
            return exception.Problem.Code.Id;
        }
    }
}

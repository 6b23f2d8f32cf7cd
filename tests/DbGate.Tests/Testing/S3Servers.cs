using Amazon.S3;
using Amazon.S3.Model;

namespace DbGate.Tests.Testing;

[Category("S3")]
[Parallelizable(ParallelScope.All)]
public sealed class S3Servers
{
    [Test]
    public async Task Give_back_what_was_put()
    {
        using var client = (await S3Server.SharedAsync()).CreateClient();
        var bucket = await (await S3Server.SharedAsync()).CreateBucketAsync(versioned: true);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "a b/ü", ContentBody = "hello" });
        using var answer = await client.GetObjectAsync(bucket, "a b/ü");
        using var reader = new StreamReader(answer.ResponseStream);

        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("hello"));
        Assert.That(answer.VersionId, Is.Not.Null.And.Not.Empty);
    }

    [Test]
    public async Task Check_signatures()
    {
        var server = await S3Server.SharedAsync();
        var bucket = await server.CreateBucketAsync();
        using var client =
            new AmazonS3Client(server.AccessKey, "guessed", new AmazonS3Config { ServiceURL = server.Endpoint, ForcePathStyle = true });

        Assert.That(async () => await client.ListObjectsV2Async(new() { BucketName = bucket }),
            Throws.TypeOf<AmazonS3Exception>().With.Property(nameof(AmazonS3Exception.ErrorCode)).EqualTo("SignatureDoesNotMatch"));
    }
}

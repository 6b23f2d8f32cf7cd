using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DbGate.Testing.Http;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

/// <summary>A double that let everything pass would prove nothing: these requests have to fail, and the SDK's own have to pass.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3DoubleIsStrict : IAsyncDisposable
{
    readonly S3Double s3 = new();

    public ValueTask DisposeAsync() => s3.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task And_takes_the_SDKs_signed_chunks_with_trailers(bool withTrailer)
    {
        await PutAsync(
            new byte[200_000], withTrailer ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED);

        var sent = s3.Http.Seen.Single(request => request.Method == "PUT");
        Assert.That(
            sent.Header("x-amz-content-sha256"),
            Is.EqualTo(withTrailer ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));
        Assert.That(s3.Find("a")!.Content, Has.Length.EqualTo(200_000));
    }

    [Test]
    public async Task About_chunks_that_changed_on_the_way()
    {
        await PutAsync(Encoding.ASCII.GetBytes("original"), RequestChecksumCalculation.WHEN_SUPPORTED);

        Assert.That(await ReplayAsync(Tampered("original", "0riginal")), Is.EqualTo("SignatureDoesNotMatch"));
        Assert.That(
            await ReplayAsync(Tampered("x-amz-checksum-crc32:", "x-amz-checksum-crc33:")),
            Is.EqualTo("SignatureDoesNotMatch").Or.EqualTo("MalformedTrailerError"));
        Assert.That(await ReplayAsync(Tampered("original", "original")), Is.EqualTo("200"));
    }

    [Test]
    public async Task About_signed_headers()
    {
        await PutAsync(Encoding.ASCII.GetBytes("original"), RequestChecksumCalculation.WHEN_REQUIRED);
        var sent = s3.Http.Seen.Single(request => request.Method == "PUT");

        var another =
            new Dictionary<string, string>(sent.Headers, StringComparer.OrdinalIgnoreCase) { ["x-amz-date"] = "20200101T000000Z" };
        Assert.That(await ReplayAsync(sent with { Headers = another }), Is.EqualTo("SignatureDoesNotMatch"));
        Assert.That(await ReplayAsync(sent with { Target = sent.Target + "b" }), Is.EqualTo("SignatureDoesNotMatch"));
    }

    [Test]
    public async Task As_stores_of_former_days_are()
    {
        await using var former = new S3Double { KnowsChecksums = false };
        using var client = Client(former, RequestChecksumCalculation.WHEN_SUPPORTED);

        Assert.That(
            async () => await client.PutObjectAsync(new PutObjectRequest { BucketName = S3Double.Bucket, Key = "a", ContentBody = "x" }),
            Throws.TypeOf<AmazonS3Exception>().With.Property(nameof(AmazonS3Exception.ErrorCode)).EqualTo("XAmzContentSHA256Mismatch"));
    }

    async Task PutAsync(byte[] content, RequestChecksumCalculation checksums)
    {
        using var client = Client(s3, checksums);
        using var body = new MemoryStream(content);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = S3Double.Bucket, Key = "a", InputStream = body });
    }

    HttpExchange Tampered(string from, string to)
    {
        var sent = s3.Http.Seen.First(request => request.Method == "PUT");
        return sent with { Body =
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(sent.Body).Replace(from, to, StringComparison.Ordinal)) };
    }

    /// <summary>The same request once more, by hand; S3's error code, or the status.</summary>
    async Task<string> ReplayAsync(HttpExchange request)
    {
        using var http = new HttpClient();
        using var message =
            new HttpRequestMessage(
                new HttpMethod(request.Method), new Uri(s3.Http.Url, request.Target)) { Content = new ByteArrayContent(request.Body) };
        foreach (var (name, value) in request.Headers.Where(pair => pair.Key is not ("Content-Length" or "Expect")))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await http.SendAsync(message);
        var body = await answer.Content.ReadAsStringAsync();
        return body.Contains("<Code>", StringComparison.Ordinal) ? body.Split("<Code>")[1].Split('<')[0] : $"{(int)answer.StatusCode}";
    }

    static AmazonS3Client Client(S3Double s3, RequestChecksumCalculation checksums) => new(
        new BasicAWSCredentials(S3Double.AccessKey, S3Double.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = s3.Http.Url.AbsoluteUri,
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = checksums,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}

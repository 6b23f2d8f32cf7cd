using DbGate.Storage;
using DbGate.Problems;
using DbGate.Testing.Http;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

/// <summary>What a store's refusal becomes.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3Refusals : IAsyncDisposable
{
    readonly S3Double s3 = new();

    public ValueTask DisposeAsync() => s3.DisposeAsync();

    [Test]
    public async Task Of_an_unknown_access_key_name_the_credentials() =>
        Assert.That(
            (await FailureAsync(Doubles.OptionsFor(s3) with { Keys = new("AKIAOTHER", S3Double.SecretKey) })).Code.Id,
            Is.EqualTo("DBG0344"));

    [Test]
    public async Task Of_a_wrong_secret_say_so_without_it()
    {
        var problem = await FailureAsync(Doubles.OptionsFor(s3) with { Keys = new(S3Double.AccessKey, "wrong-secret-value") });

        Assert.That(problem.Code.ExitCode, Is.EqualTo(ExitCode.Credentials));
        Assert.That($"{problem.Fix}", Does.Contain("AWS_SECRET_ACCESS_KEY"));
        Assert.That(problem.ToString(), Does.Not.Contain("wrong-secret-value"));
    }

    [TestCase("ExpiredToken", 400, "DBG0344")]
    [TestCase("InvalidToken", 400, "DBG0344")]
    [TestCase("RequestTimeTooSkewed", 403, "DBG0344")]
    [TestCase("AccessDenied", 403, "DBG0345")]
    [TestCase("PermanentRedirect", 301, "DBG0353")]
    [TestCase("AuthorizationHeaderMalformed", 400, "DBG0353")]
    [TestCase("ObjectLockConfigurationNotFoundError", 400, "DBG0356")]
    [TestCase("KMS.NotFoundException", 400, "DBG0356")]
    [TestCase("QuotaExceeded", 403, "DBG0345")]
    [TestCase("MethodNotAllowed", 405, "DBG0354")]
    public async Task Are_told_apart(string code, int status, string expected)
    {
        s3.Http.Inject(
            new Fault.Answer(status, $"<Error><Code>{code}</Code><Message>words of the store</Message></Error>"),
            request => request.Method == "PUT", 100);

        var problem = await FailureAsync(Doubles.OptionsFor(s3));

        Assert.That(problem.Code.Id, Is.EqualTo(expected));
    }

    [Test]
    public async Task Of_a_write_name_the_missing_right()
    {
        s3.Http.Inject(new Fault.Answer(403, "<Error><Code>AccessDenied</Code></Error>"), request => request.Method == "PUT");

        Assert.That((await FailureAsync(Doubles.OptionsFor(s3))).Message, Does.Contain("s3:PutObject"));
    }

    [Test]
    public async Task Of_a_missing_bucket_name_the_setting()
    {
        var problem = await FailureAsync(Doubles.OptionsFor(s3) with { Bucket = "acme-backup" });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0343"));
        Assert.That($"{problem.Fix}", Does.Contain("AWS_S3_BACKUP_BUCKET"));
    }

    [Test]
    public async Task Of_object_lock_are_told_as_the_buckets_lack() =>
        Assert.That(
            (await FailureAsync(Doubles.OptionsFor(s3) with { Lock = new(S3LockMode.Compliance, 1) })).Code.Id, Is.EqualTo("DBG0356"));

    [TestCase("", "DBG0352")]
    [TestCase("bucket/prefix", "DBG0352")]
    public void Of_an_impossible_bucket_come_before_any_request(string bucket, string expected) =>
        Assert.That(() => ObjectStores.Open(new StoreOptions.S3(bucket)), Fails.With(expected));

    [TestCase("../other")]
    [TestCase("/absolute")]
    [TestCase("a b")]
    public void Of_a_foreign_prefix_come_before_any_request(string prefix) =>
        Assert.That(() => ObjectStores.Open(Doubles.OptionsFor(s3) with { Prefix = prefix }), Fails.With("DBG0340"));

    [Test]
    public void Of_a_part_that_S3_would_not_take_come_before_any_request() =>
        Assert.That(() => ObjectStores.Open(Doubles.OptionsFor(s3) with { PartSize = 1 << 20 }), Fails.With("DBG0352"));

    [Test]
    public void Never_show_the_secret_of_the_options() =>
        Assert.That(Doubles.OptionsFor(s3).ToString(), Does.Contain(S3Double.AccessKey).And.Not.Contain(S3Double.SecretKey));

    async Task<Problem> FailureAsync(StoreOptions.S3 options)
    {
        try
        {
            await ObjectStores.Open(options, TestRetries.Short).WriteBytesAsync("a.json", new byte[3], CancellationToken.None);
        }
        catch (GateException exception)
        {
            return exception.Problem;
        }

        throw new AssertionException("Nothing failed.");
    }
}

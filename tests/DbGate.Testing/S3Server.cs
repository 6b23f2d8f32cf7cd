using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DbGate.Testing;

/// <summary>
/// A real S3 server that an assembly's tests share: the one of <c>DBGATE_TEST_S3_ENDPOINT</c>, else Ceph's gateway
/// (<c>tests/s3/start.sh</c>), which needs root and Debian's packages. Without either the test is ignored, and in CI failed.
/// Ceph's gateway knows no checksum trailers: clients want <c>WHEN_REQUIRED</c> for both checksum settings.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    /// <summary>
    /// The address of an S3 server to use; its keys are in <c>DBGATE_TEST_S3_ACCESS_KEY</c> and <c>DBGATE_TEST_S3_SECRET_KEY</c>.
    /// </summary>
    public const string EndpointVariable = "DBGATE_TEST_S3_ENDPOINT";

    const string Fix =
        $"run as root after apt-get install --no-install-recommends ceph-mon ceph-osd ceph-common radosgw curl, or set {EndpointVariable}";

    static readonly string[] Programs = ["ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool", "radosgw", "radosgw-admin", "curl"];
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(5);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);
    static readonly SemaphoreSlim Gate = new(1);
    static Task<S3Server>? shared;

    readonly Process? process;

    S3Server(string endpoint, string accessKey, string secretKey, Process? process)
    {
        Endpoint = endpoint;
        AccessKey = accessKey;
        SecretKey = secretKey;
        this.process = process;
    }

    /// <summary>Its address, <c>http://127.0.0.1:…</c>; buckets are addressed by path.</summary>
    public string Endpoint { get; }

    /// <summary>The access key.</summary>
    public string AccessKey { get; }

    /// <summary>The secret key.</summary>
    public string SecretKey { get; }

    /// <summary>The shared server, started by the first test that asks.</summary>
    public static async Task<S3Server> SharedAsync()
    {
        await Gate.WaitAsync();
        try
        {
            return await (shared ??= StartAsync());
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Stops the shared server.</summary>
    public static async Task StopSharedAsync()
    {
        if (Interlocked.Exchange(ref shared, null) is { IsCompletedSuccessfully: true } started)
        {
            await (await started).DisposeAsync();
        }
    }

    /// <summary>A client of its own, in the mode that this server understands.</summary>
    public AmazonS3Client CreateClient() => new(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
    {
        ServiceURL = Endpoint,
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>Makes an empty bucket with a name of its own.</summary>
    public async Task<string> CreateBucketAsync(bool versioned = false, bool objectLock = false)
    {
        using var client = CreateClient();
        var name = $"test-{Guid.NewGuid():n}";
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name, ObjectLockEnabledForBucket = objectLock });
        if (versioned)
        {
            await client.PutBucketVersioningAsync(new PutBucketVersioningRequest
            {
                BucketName = name,
                VersioningConfig = new() { Status = VersionStatus.Enabled },
            });
        }

        return name;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            using (process)
            {
                process.StandardInput.Close();
                if (!process.WaitForExit(StopDeadline))
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }

        return default;
    }

    static async Task<S3Server> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint)
        {
            return new(endpoint, Required("DBGATE_TEST_S3_ACCESS_KEY"), Required("DBGATE_TEST_S3_SECRET_KEY"), null);
        }

        if (!Environment.IsPrivilegedProcess || Programs.Any(program => Shell.Find(program) is null))
        {
            throw Counterpart.Missing("No S3 server for this test", Fix);
        }

        var port = LoopbackPorts.FreeRun(2);
        var folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"dbgate-s3-{port}"));
        var process = Shell.Start(
            Path.Combine(Repository.Root, "tests", "s3", "start.sh"), ["--attached", folder, port.ToString(CultureInfo.InvariantCulture)]);
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new(line["ready ".Length..], "AKIADBGATE", "dbgatesecret", process);
            }
        }

        throw new InvalidOperationException($"tests/s3/start.sh failed: {await errors}");
    }

    static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw Counterpart.Missing($"{name} is not set", Fix);
}

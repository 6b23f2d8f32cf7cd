using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using DbGate.Build;
using DbGate.Storage;

namespace DbGate.Bench;

/// <summary>
/// Where the bench's backups are: a folder, or a bucket of a real S3 server (<c>tests/s3/start.sh</c>); told to its processes by variables.
/// </summary>
sealed class BenchStore : IAsyncDisposable
{
    /// <summary>The variable with the database's URL.</summary>
    public const string UrlVariable = "DBGATE_BENCH_URL";

    const string FolderVariable = "DBGATE_BENCH_FOLDER";
    const string EndpointVariable = "DBGATE_BENCH_S3";
    const string Bucket = "bench";

    // start.sh makes exactly this user, on a server of its own that no one else reaches.
    const string AccessKey = "AKIADBGATE";
    const string SecretKey = "dbgatesecret";

    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    readonly Process? server;

    BenchStore(string kind, Dictionary<string, string?> variables, Process? server) => (Kind, Variables, this.server) =
        (kind, variables, server);

    /// <summary>For people.</summary>
    public string Kind { get; }

    /// <summary>What a process needs to open it.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; }

    /// <summary>A folder.</summary>
    public static BenchStore Folder(string path) => new("in a folder", new() { [FolderVariable] = path }, null);

    /// <summary>An S3 server with an empty bucket.</summary>
    /// <exception cref="ComparatorException">Ceph's gateway does not start here.</exception>
    public static async Task<BenchStore> StartS3Async(CancellationToken cancellationToken)
    {
        var port = FreePorts();
        var folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"dbgate-bench-s3-{port}"));
        var server = Process.Start(new ProcessStartInfo(
            Paths.Root.CombineWithFilePath("tests/s3/start.sh").FullPath,
            ["--attached", folder, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var store = new BenchStore("with S3", new() { [EndpointVariable] = $"http://127.0.0.1:{port}" }, server);
        try
        {
            var errors = server.StandardError.ReadToEndAsync(cancellationToken);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(StartDeadline);
            while (await server.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    using var client = new AmazonS3Client(
                        new BasicAWSCredentials(AccessKey, SecretKey),
                        new AmazonS3Config
                        {
                            ServiceURL = line["ready ".Length..],
                            ForcePathStyle = true,
                            AuthenticationRegion = "us-east-1",
                            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                        });
                    await client.PutBucketAsync(Bucket, cancellationToken);
                    return store;
                }
            }

            throw new ComparatorException($"tests/s3/start.sh (its first lines tell what it needs): {await errors}");
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>In a process: the store that it was told.</summary>
    public static IObjectStore Open() => ObjectStores.Open(Environment.GetEnvironmentVariable(EndpointVariable) is { } endpoint
        ? new StoreOptions.S3(Bucket)
        {
            Endpoint = new(endpoint), Region = "us-east-1", Keys = new(AccessKey, SecretKey), Checksums = S3Checksums.WhenRequired,
        }
        : new StoreOptions.Folder(
            Environment.GetEnvironmentVariable(FolderVariable)
                ?? throw new InvalidOperationException($"Neither {FolderVariable} nor {EndpointVariable} is set.")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            using (server)
            {
                server.StandardInput.Close();
                await server.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    // It takes the port after this one, too.
    static int FreePorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another pair may be free.
            }
        }
    }
}

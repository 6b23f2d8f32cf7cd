using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using NUnit.Framework;
using Npgsql;
using Testcontainers.PostgreSql;

namespace DbGate.Testing;

/// <summary>
/// The PostgreSQL that an assembly's tests share. Its source, in this order: <c>DBGATE_TEST_DATABASE_URL</c>, the server
/// programs of this machine, Docker. Without any of them the test is ignored, and in CI failed.
/// </summary>
sealed class TestServer : IAsyncDisposable
{
    /// <summary>The URL of a superuser on a server where tests may create databases.</summary>
    public const string UrlVariable = "DBGATE_TEST_DATABASE_URL";

    /// <summary>Forces one source: <c>local</c> or <c>docker</c>.</summary>
    public const string SourceVariable = "DBGATE_TEST_SOURCE";

    const string Fix =
        $"sudo apt-get install postgresql   (or start Docker, or set {UrlVariable}=postgresql://postgres:…@127.0.0.1:5432/postgres)";

    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);
    static readonly SemaphoreSlim Gate = new(1);
    static TestServer? shared;
    static string? missing;

    readonly IAsyncDisposable? owner;

    TestServer(PostgresUrl url, string source, ThrowawayServer? local, IAsyncDisposable? owner)
    {
        Url = url;
        Source = source;
        Local = local;
        this.owner = owner;
    }

    /// <summary>Its superuser, in the maintenance database.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Where it comes from, for test output.</summary>
    public string Source { get; }

    /// <summary>The local server, when it is one.</summary>
    public ThrowawayServer? Local { get; }

    /// <summary>The shared server, started by the first test that asks.</summary>
    public static async Task<TestServer> SharedAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (shared is null && missing is null)
            {
                shared = await StartAsync();
                await TestContext.Progress.WriteLineAsync(shared is null ? missing : $"PostgreSQL for these tests: {shared.Source}");
            }

            return shared ?? throw Counterpart.Missing(missing!, Fix);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>A server of its own with these options, for tests that need another configuration. Local programs only.</summary>
    public static async Task<ThrowawayServer> StartLocalAsync(ThrowawayOptions? options = null)
    {
        try
        {
            return await ThrowawayServer.StartAsync((options ?? new()) with { Deadline = StartDeadline }, CancellationToken.None);
        }
        catch (GateException e) when (e.Problem.Code.Id is "DBG0050" or "DBG0051")
        {
            throw Counterpart.Missing(e.Problem.Message, e.Problem.Fix?.ToString() ?? Fix);
        }
    }

    /// <summary>Stops the shared server.</summary>
    public static async Task StopSharedAsync()
    {
        if (Interlocked.Exchange(ref shared, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Opens a connection of the test's own, not pooled.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(PostgresUrl url)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Database = url.Database,
            Username = url.User,
            Password = url.Password,
            Pooling = false,
            IncludeErrorDetail = true,
            Timeout = 60,
            CommandTimeout = 180, // seconds: a test that waits for a busy machine has not failed
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => owner?.DisposeAsync() ?? default;

    static async Task<TestServer?> StartAsync()
    {
        var forced = Environment.GetEnvironmentVariable(SourceVariable);
        if (forced is null && Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } text)
        {
            return new(PostgresUrl.Parse(text, UrlVariable), UrlVariable, null, null);
        }

        var reasons = new List<string>();
        if (forced is null or "local")
        {
            try
            {
                var server = await ThrowawayServer.StartAsync(new() { Deadline = StartDeadline }, CancellationToken.None);
                return new(server.Url, $"{server.Binaries.Folder} ({server.Binaries.Version})", server, server);
            }
            catch (GateException e)
            {
                reasons.Add($"{e.Problem.Message}: {e.Problem.Cause}");
            }
        }

        if (forced is null or "docker")
        {
            try
            {
                var image = Environment.GetEnvironmentVariable("DBGATE_TEST_IMAGE") ?? "postgres:17";
                var container = new PostgreSqlBuilder(image).WithCommand("-c", "fsync=off", "-c", "synchronous_commit=off").Build();
                await container.StartAsync();
                var builder = new NpgsqlConnectionStringBuilder(container.GetConnectionString());
                var url =
                    $"postgresql://{builder.Username}:{Uri.EscapeDataString(builder.Password!)}@{builder.Host}:{builder.Port}/"
                        + $"{builder.Database}";
                return new(PostgresUrl.Parse(url, "Testcontainers"), $"Docker image {image}", null, container);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                reasons.Add($"Docker: {e.Message.Split('\n')[0]}");
            }
        }

        missing = $"No PostgreSQL for this test ({string.Join("; ", reasons)})";
        return null;
    }
}

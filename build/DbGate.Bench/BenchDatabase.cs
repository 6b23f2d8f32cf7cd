using System.Globalization;
using DbGate.Build;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Scratch;

namespace DbGate.Bench;

/// <summary>
/// A throwaway server with the benchmark's database: pgbench's tables (10 million short rows at scale 1), 350,000 wide rows of text, JSON
/// and random bytes, 300 small tables with foreign keys; 2.1 GB.
/// </summary>
sealed class BenchDatabase : IAsyncDisposable
{
    const int Accounts = 100;
    const int Documents = 350_000;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    readonly ThrowawayServer server;

    BenchDatabase(ThrowawayServer server, PostgresUrl url, LibpqEnvironment environment) =>
        (this.server, Url, Environment) = (server, url, environment);

    /// <summary>Where it is.</summary>
    public PostgresUrl Url { get; }

    /// <summary>For the comparators.</summary>
    public LibpqEnvironment Environment { get; }

    /// <summary>The server's own programs.</summary>
    public string Programs => server.Binaries.Folder;

    /// <summary>Makes the server and its data.</summary>
    public static async Task<BenchDatabase> CreateAsync(double scale, Action<string> log, CancellationToken cancellationToken)
    {
        var server = await ThrowawayServer.StartAsync(
            new() { Locale = "C.UTF-8",
                Settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "4GB" } }, cancellationToken);
        try
        {
            await using (var session = await Session.OpenAsync(server.Url, null, cancellationToken))
            {
                await session.ExecuteAsync("CREATE DATABASE bench", cancellationToken);
            }

            var url = server.Url.WithDatabase("bench");
            var database = new BenchDatabase(server, url, await LibpqEnvironment.CreateAsync(url, cancellationToken));
            log(string.Create(CultureInfo.InvariantCulture, $"making the benchmark database, scale {scale:0.###}"));
            await database.RunAsync("pgbench", ["-i", "-q", "-s", Number(Accounts * scale)], null, cancellationToken);
            var sql = await File.ReadAllTextAsync(Paths.Root.CombineWithFilePath("build/DbGate.Bench/data/database.sql").FullPath,
                cancellationToken);
            await database.RunAsync(
                "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1"],
                sql.Replace(
                    $"generate_series(1,{Documents})", $"generate_series(1,{Number(Documents * scale)})", StringComparison.Ordinal),
                    cancellationToken);
            return database;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The variables by which a shell's programs find this database and the server's own clients.</summary>
    public IReadOnlyDictionary<string, string?> Variables() => new Dictionary<string, string?>(Environment.Variables)
    {
        ["PATH"] = $"{Programs}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}",
    };

    /// <summary>
    /// Drops what <see cref="RestoreOnce"/> restored, and has the server write it all down, so that the next run begins like this one.
    /// </summary>
    public async Task ForgetRestoredAsync(CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(server.Url, null, cancellationToken);
        await session.ExecuteAsync($"DROP DATABASE {RestoreOnce.Database}", cancellationToken);
        await session.ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Environment.DisposeAsync();
        await server.DisposeAsync();
    }

    async Task RunAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(Path.Combine(Programs, program), arguments) { Environment = Variables(), Deadline = Deadline }, input ?? "",
            cancellationToken);
        if (!outcome.Succeeded)
        {
            throw new ComparatorException($"{program} ended with {outcome.ExitCode}: {outcome.StandardError}");
        }
    }

    static string Number(double value) => Math.Max(1, (long)Math.Round(value)).ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Scratch;

namespace DbGate.Bench;

/// <summary>
/// What the protection costs writers: <c>pgbench</c>'s own transactions on two databases of one server, of which one is protected. The two
/// alternate, and change places each time, so that what drifts on the machine meets both alike.
/// </summary>
sealed partial class ProtectSuite : IBenchSuite
{
    const double HighestRatio = 1.02;
    const int Accounts = 10;
    const int Transactions = 20_000;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public string Name => "protect";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        // No checkpoint and no vacuum of the server's own falls into a person's turn.
        await using var server = await ThrowawayServer.StartAsync(
            new() { Settings = new Dictionary<string,
                string> { ["shared_buffers"] = "512MB", ["max_wal_size"] = "16GB", ["checkpoint_timeout"] = "1h",
                    ["autovacuum"] = "off" } },
            cancellationToken);
        await using (var session = await Session.OpenAsync(server.Url, null, cancellationToken))
        {
            await session.ExecuteAsync("CREATE DATABASE plain", cancellationToken);
        }

        await PgbenchAsync(server, "plain", ["-i", "-q", "-s", $"{Accounts}"], cancellationToken);
        await using (var session = await Session.OpenAsync(server.Url, null, cancellationToken))
        {
            await session.ExecuteAsync("CREATE DATABASE guarded TEMPLATE plain", cancellationToken);
        }

        await ProtectAsync(server, cancellationToken);
        var (own, other) = (new List<double>(), new List<double>());
        for (var run = 0; run <= options.Runs; run++)
        {
            string[] order = run % 2 == 0 ? ["plain", "guarded"] : ["guarded", "plain"];
            var latency = new Dictionary<string, double>();
            foreach (var database in order)
            {
                latency[database] = await LatencyAsync(server, database, options.Scale, cancellationToken);
            }

            log(string.Create(CultureInfo.InvariantCulture,
                $"{(run == 0 ? "to warm up" : $"run {run}")}: protected {latency["guarded"]:0.0} µs, not protected {latency["plain"]:0.0} "
                    + $"µs a transaction"));
            if (run > 0)
            {
                own.Add(latency["guarded"]);
                other.Add(latency["plain"]);
            }
        }

        return [new("a transaction of pgbench, protected to not", BenchFigure.Median(own), BenchFigure.Median(other), "µs", HighestRatio)];
    }

    static async Task<double> LatencyAsync(ThrowawayServer server, string database, double scale, CancellationToken cancellationToken)
    {
        var count = Math.Max(100, (int)(Transactions * scale));
        var printed = await PgbenchAsync(
            server, database, ["-n", "-M", "prepared", "-c", "1", "-t", count.ToString(CultureInfo.InvariantCulture), "--random-seed=1"],
            cancellationToken);
        var latency = LatencyLine().Match(printed);
        return latency.Success
            ? double.Parse(latency.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 1000
            : throw new ComparatorException($"pgbench told no latency: {printed}");
    }

    static async Task<string> PgbenchAsync(ThrowawayServer server, string database, IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        await using var environment = await LibpqEnvironment.CreateAsync(server.Url.WithDatabase(database), cancellationToken);
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(Path.Combine(server.Binaries.Folder, "pgbench"), arguments)
            {
                Environment = new Dictionary<string, string?>(environment.Variables),
                Deadline = Deadline,
            },
            "", cancellationToken);
        return outcome.Succeeded
            ? outcome.StandardOutput
            : throw new ComparatorException($"pgbench ended with {outcome.ExitCode}: {outcome.StandardError}");
    }

    /// <summary>By the task that people call.</summary>
    static async Task ProtectAsync(ThrowawayServer server, CancellationToken cancellationToken)
    {
        using var project = new BenchFolder();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(
                Environment.ProcessPath ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "DbGate.Build.dll"),
                "--target=protect", "--environment=development", $"--project={project.Path}")
            {
                Environment = new Dictionary<string, string?> { ["DATABASE_URL"] = server.Url.WithDatabase("guarded").Reveal() },
                Deadline = Deadline,
            },
            "", cancellationToken);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"protect ended with {outcome.ExitCode}: {outcome.StandardOutput}{outcome.StandardError}");
        }
    }

    [GeneratedRegex(@"latency average = ([0-9.]+) ms")]
    private static partial Regex LatencyLine();
}

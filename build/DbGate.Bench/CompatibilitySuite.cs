using System.Globalization;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Bench;

/// <summary>
/// Who waits for a migration, predicted from the rehearsal and from what the server counts, against what an application then meets:
/// calls at a fixed rate, and transactions of another session. Each run has a database of its own.
/// </summary>
sealed class CompatibilitySuite : IBenchSuite
{
    const double Factor = 2;
    const int Rows = 600_000;

    // What a call takes without the migration is far below.
    static readonly TimeSpan Waited = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Transaction = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Counted = TimeSpan.FromSeconds(4);

    static readonly (string Sql, double PerSecond)[] Queries =
    [
        ("SELECT amount FROM orders WHERE id = $1", 40), ("UPDATE orders SET note = 'x' WHERE id = $1", 10),
        ("SELECT value FROM settings WHERE id = $1", 40),
    ];

    public string Name => "compatibility";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        await using var server = await ThrowawayServer.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["shared_preload_libraries"] = "pg_stat_statements",
                    ["max_connections"] = "500",
                    ["shared_buffers"] = "256MB",
                    ["autovacuum"] = "off",
                },
            },
            cancellationToken);
        await MakeAsync(server.Url, options.Scale, cancellationToken);
        var (longest, waiting) = (new List<double>(), new List<double>());
        for (var run = 1; run <= options.Runs; run++)
        {
            var (predicted, measured) = await RunAsync(server.Url, run, cancellationToken);
            longest.Add(Ratio(predicted.Longest.TotalMilliseconds, measured.Longest.TotalMilliseconds));
            waiting.Add(Ratio(predicted.Waiting, measured.Waiting));
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"run {run}: predicted {predicted.Waiting:0} calls up to {predicted.Longest.TotalMilliseconds:0} ms, measured "
                    + $"{measured.Waiting} calls up to {measured.Longest.TotalMilliseconds:0} ms"));
        }

        return
        [
            new("longest wait, predicted to measured or the other way round", BenchFigure.Median(longest), null, "times", Factor),
            new("calls that wait, predicted to measured or the other way round", BenchFigure.Median(waiting), null, "times", Factor),
        ];
    }

    static double Ratio(double one, double other) => Math.Max(one, other) / Math.Max(0.001, Math.Min(one, other));

    static async Task MakeAsync(PostgresUrl server, double scale, CancellationToken cancellationToken)
    {
        await using (var session = await Session.OpenAsync(server, null, cancellationToken))
        {
            await session.ExecuteAsync("CREATE DATABASE shop", cancellationToken);
        }

        await using var shop = await Session.OpenAsync(server.WithDatabase("shop"), null, cancellationToken);
        await shop.ExecuteScriptAsync(
            [
                "CREATE EXTENSION pg_stat_statements", "CREATE TABLE orders (id int PRIMARY KEY, amount int NOT NULL, note text)",
                "CREATE TABLE settings (id int PRIMARY KEY, value text)",
                $"INSERT INTO orders SELECT g, g, repeat('x', 60) FROM generate_series(1, {(long)(Rows * scale)}) g",
                "INSERT INTO settings SELECT g, 'x' FROM generate_series(1, 1000) g",
            ],
            cancellationToken);
    }

    static async Task<(LockWait Predicted, (int Waiting, TimeSpan Longest) Measured)> RunAsync(
        PostgresUrl server, int run, CancellationToken cancellationToken)
    {
        var (live, copy, schema) = ($"live_{run}", $"copy_{run}", $"schema_{run}");
        await using (var session = await Session.OpenAsync(server, null, cancellationToken))
        {
            foreach (var name in new[] { live, copy, schema })
            {
                await session.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE shop", cancellationToken);
            }

            await session.ExecuteAsync("CHECKPOINT", cancellationToken);
        }

        var script = StatementSplitter.Split("ALTER TABLE orders ALTER COLUMN amount TYPE bigint;", "m1/migration.sql");
        PendingMigration[] pending = [new("m1", script, TransactionRule.WholeFile)];
        await using var target = await Session.OpenAsync(server.WithDatabase(live), null, cancellationToken);
        await target.ScalarAsync<object>("SELECT pg_stat_statements_reset()", cancellationToken);
        await using var load = QueryLoad.Start(server.WithDatabase(live), Queries, Transaction);
        await Task.Delay(Counted, cancellationToken);
        var queries = await new StatementStatistics(target, []).ReadAsync(cancellationToken);
        var report = await new CompatibilityTest(stop => Task.FromResult(CopyOf(server.WithDatabase(schema)))).RunAsync(
            queries, pending, cancellationToken);
        await using var deploy = await Session.OpenAsync(server.WithDatabase(copy), null, cancellationToken);
        await using var observer = await Session.OpenAsync(server.WithDatabase(copy), null, cancellationToken);
        var rehearsal = await new Rehearser(deploy, observer, new(), TimeProvider.System).RunAsync(pending, cancellationToken);
        var oldest = await target.ScalarAsync<double?>(
            """
            SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::float8 FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """,
            cancellationToken);
        var predicted = LockWaits.From(
            rehearsal, report.Uses, queries.Seconds, DatabaseActivity.None, TimeSpan.FromSeconds(oldest ?? 0)).Single();

        await using var release = await Session.OpenAsync(server.WithDatabase(live), null, cancellationToken);
        var from = load.Now;
        await release.ExecuteAsync(script.Statements[0].Text, cancellationToken);
        var to = load.Now;
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var waited = load.Between(from - Transaction, to).Where(call => call >= Waited).ToArray();
        return (predicted, (waited.Length, waited.DefaultIfEmpty().Max()));
    }

    static SchemaCopy CopyOf(PostgresUrl url) => new(url, "public")
    {
        OpenDeploy = cancellationToken => Session.OpenAsync(url, null, cancellationToken),
        RoleUrl = _ => url,
    };
}

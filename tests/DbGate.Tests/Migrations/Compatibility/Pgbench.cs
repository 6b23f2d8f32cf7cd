using System.Diagnostics;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>An application that DbGate did not write: what is predicted for it is what it then meets.</summary>
[Category("Postgres")]
[Category("Nightly")]
public sealed class Pgbench
{
    static readonly Dictionary<string, string> Scripts = new()
    {
        ["UPDATE pgbench_accounts"] = "UPDATE pgbench_accounts SET abalance = abalance + 5 WHERE aid = 7;",
        ["SELECT abalance"] = "SELECT abalance FROM pgbench_accounts WHERE aid = 7;",
        ["UPDATE pgbench_tellers"] = "UPDATE pgbench_tellers SET tbalance = tbalance + 5 WHERE tid = 3;",
        ["UPDATE pgbench_branches"] = "UPDATE pgbench_branches SET bbalance = bbalance + 5 WHERE bid = 1;",
        ["INSERT INTO pgbench_history"] =
            "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (3, 1, 7, 5, CURRENT_TIMESTAMP);",
    };

    ThrowawayServer server = null!;
    TestDatabase bench = null!;
    QueryCollection collected = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await TestServer.StartLocalAsync(new ThrowawayOptions
        {
            Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" },
        });
        bench = await TestDatabase.CreateAsync(server.Url);
        await RunAsync(bench.Url, "-i", "-q");
        await bench.ExecuteAsync("CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()");
        Assert.That(await RunAsync(bench.Url, "-n", "-t", "20"), Is.Zero);
        await using var session = await Session.OpenAsync(bench.Url, null, default);
        collected = await new StatementStatistics(session, []).ReadAsync(default);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (bench?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TestCase("ALTER TABLE pgbench_accounts RENAME COLUMN abalance TO balance;")]
    [TestCase(
        "ALTER TABLE pgbench_history ADD COLUMN who int NOT NULL DEFAULT 0; ALTER TABLE pgbench_history ALTER COLUMN who DROP DEFAULT;")]
    [TestCase("DROP TABLE pgbench_history;")]
    [TestCase("ALTER TABLE pgbench_branches DROP COLUMN filler;")]
    [TestCase("ALTER TABLE pgbench_tellers RENAME TO tellers;")]
    [TestCase("ALTER TABLE pgbench_accounts ALTER COLUMN abalance TYPE text;")]
    [TestCase("ALTER TABLE pgbench_tellers ALTER COLUMN tbalance TYPE bigint;")]
    public async Task Meets_what_is_predicted(string sql)
    {
        var copies = new List<TestDatabase>();
        var script = StatementSplitter.Split(sql, "m1/migration.sql");
        var report = await new CompatibilityTest(async _ =>
        {
            copies.Add(await TestDatabase.CreateAsync(server.Url, bench));
            var url = copies[^1].Url;
            return OldRelease.CopyOf(copies[^1]) with { RoleUrl = _ => url };
        }).RunAsync(collected, [new PendingMigration("m1", script, TransactionRule.PerStatement)], default);

        // Pgbench shows no values, so it does not mind another type of a result.
        var predicted = report.Failing.Where(one => !one.Words.StartsWith("the result's column"))
            .Select(one => Scripts.Keys.Single(one.Shape.StartsWith))
            .Order()
            .ToArray();

        await using var migrated = await TestDatabase.CreateAsync(server.Url, bench);
        await migrated.ExecuteAsync(sql);
        var met = new List<string>();
        foreach (var (name, text) in Scripts)
        {
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, text);
            if (await RunAsync(migrated.Url, "-n", "-t", "1", "-f", file) != 0)
            {
                met.Add(name);
            }

            File.Delete(file);
        }

        foreach (var copy in copies)
        {
            await copy.DisposeAsync();
        }

        Assert.That(report.Tested, Is.AtLeast(Scripts.Count));
        Assert.That(predicted, Is.EqualTo(met.Order()));
    }

    async Task<int> RunAsync(PostgresUrl url, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(server.Binaries.Folder, "pgbench"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PGHOST"] = url.Host;
        start.Environment["PGPORT"] = $"{url.Port}";
        start.Environment["PGUSER"] = url.User;
        start.Environment["PGPASSWORD"] = url.Password;
        start.Environment["PGDATABASE"] = url.Database;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await TestContext.Out.WriteLineAsync(await output + await errors);
        return process.ExitCode;
    }
}

using DbGate.Checks;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Scratch;
using Npgsql;

namespace DbGate.Tests.Checks;

[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class DatabaseSafetyOfRealServers
{
    static async Task<CheckResult> JudgeAsync(string url, Dictionary<string, string>? more = null)
    {
        using var project = new GatedProject();
        var variables = new Dictionary<string, string>(more ?? []) { ["DATABASE_URL"] = url, ["DATABASE_MAX_CONNECTIONS"] = "20" };
        variables.TryAdd("DBGATE_ENVIRONMENT", "development");
        await using var context = new GateContext(project.Read(variables));
        return (await CheckRunner.RunAsync([new DatabaseSafetyCheck()], context, CancellationToken.None)).Single().Result;
    }

    static IEnumerable<string> Codes(CheckResult result) => result.Problems.Select(problem => problem.Code.Id);

    static string With(PostgresUrl url, string parameters) => $"{url.Reveal().Split('?')[0]}?{parameters}";

    static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [Test]
    public async Task Proves_the_encryption_of_its_own_session()
    {
        await using var server = await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true });
        var result = await JudgeAsync(With(server.Url, "sslmode=require"), new() { ["DBGATE_ENVIRONMENT"] = "production" });

        Assert.That(result.IsOk, Is.True, result.Details);
        Assert.That(Codes(result), Is.EqualTo(new[] { "DBG0110" }));
        Assert.That(result.Details, Does.Contain("TLSv1"));
    }

    /// <summary>PgBouncer's default: TLS with its clients, plain text to the server.</summary>
    [Test]
    public async Task Names_the_pooler_where_tls_ends_and_its_setting()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Url, tls: true);
        var result = await JudgeAsync(bouncer.Url.Reveal(), new() { ["DBGATE_ENVIRONMENT"] = "production" });

        var problem = result.Problems.Single(problem => problem.IsBlocking);
        Assert.That(
            (problem.Code.Id, problem.Message), Is.EqualTo(("DBG0103", "The connection from the pooler to the server is not encrypted")),
            result.Details);
        Assert.That($"{problem.Fix}", Does.Contain("server_tls_sslmode = require"));
    }

    /// <summary>The application reads production's rows over it, too.</summary>
    [Test]
    public async Task Demands_encryption_of_the_read_replica()
    {
        await using var primary = await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true });
        await using var replica = await DbGate.Testing.Replica.StartAsync(primary);
        var result = await JudgeAsync(With(primary.Url, "sslmode=require"), new()
        {
            ["DBGATE_ENVIRONMENT"] = "production", ["DATABASE_READ_REPLICA_URL"] = With(replica.Url, "sslmode=disable"),
        });

        Assert.That(
            result.Problems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0102" }),
            result.Details);
        Assert.That(result.Problems.Single(problem => problem.IsBlocking).Cause, Does.Contain("DATABASE_READ_REPLICA_URL"));
    }

    [Test]
    public async Task Cannot_be_judged_on_a_server_that_refuses_encryption()
    {
        await using var database = await TestDatabase.CreateAsync();
        var result =
            await JudgeAsync(With(database.Url, "sslmode=require&sslaccept=strict"), new() { ["DBGATE_ENVIRONMENT"] = "production" });

        Assert.That((result.Outcome, result.IsBlocking), Is.EqualTo((CheckOutcome.Errored, true)));
    }

    [Test]
    public async Task Sees_a_database_that_was_made_read_only()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");

        Assert.That(Codes(await JudgeAsync(database.UrlText)), Is.EqualTo(new[] { "DBG0109" }));
    }

    [Test]
    public async Task Takes_the_primary_for_no_replica_of_itself()
    {
        await using var database = await TestDatabase.CreateAsync();

        Assert.That(
            Codes(await JudgeAsync(database.UrlText, new() { ["DATABASE_READ_REPLICA_URL"] = database.UrlText })),
            Is.EqualTo(new[] { "DBG0107" }));
    }

    [Test]
    public async Task Knows_a_replica_that_follows_one_that_lags_and_one_that_was_cut_off()
    {
        await using var primary = await TestServer.StartLocalAsync();
        await using var replica = await DbGate.Testing.Replica.StartAsync(primary);
        var variables =
            new Dictionary<string, string> { ["DATABASE_READ_REPLICA_URL"] = replica.Url.Reveal(), ["DBGATE_REPLICA_MAX_LAG"] = "0s" };
        await ExecuteAsync(primary.Url, "CREATE TABLE t (id int)");
        await replica.CatchUpAsync(primary);
        Assert.That(
            async () => Codes(await JudgeAsync(primary.Url.Reveal(), variables)), Is.Empty.After(60).Seconds.PollEvery(100).MilliSeconds,
            "it follows");

        await ExecuteAsync(replica.Url, "SELECT pg_wal_replay_pause()");
        await ExecuteAsync(primary.Url, "SET synchronous_commit = on; INSERT INTO t SELECT generate_series(1, 1000)");
        Assert.That(Codes(await JudgeAsync(primary.Url.Reveal(), variables)), Is.EqualTo(new[] { "DBG0108" }), "its replay is paused");

        await ExecuteAsync(replica.Url, "SELECT pg_wal_replay_resume()");
        await replica.CatchUpAsync(primary);
        await ExecuteAsync(replica.Url, "ALTER SYSTEM SET primary_conninfo = ''");
        await ExecuteAsync(replica.Url, "SELECT pg_reload_conf()");
        await WaitUntilAsync(primary.Url, "SELECT count(*) = 0 FROM pg_stat_replication");
        await ExecuteAsync(primary.Url, "SET synchronous_commit = on; INSERT INTO t SELECT generate_series(1, 1000)");
        Assert.That(
            Codes(await JudgeAsync(primary.Url.Reveal(), variables)), Is.EqualTo(new[] { "DBG0108" }),
            "all that it received is replayed, but it receives nothing");

        Assert.That(Codes(await JudgeAsync(replica.Url.Reveal())), Is.EqualTo(new[] { "DBG0109" }), "a replica is no target");
    }

    static async Task WaitUntilAsync(PostgresUrl url, string sql)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        while (await command.ExecuteScalarAsync(deadline.Token) is not true)
        {
            await Task.Delay(50, deadline.Token);
        }
    }
}

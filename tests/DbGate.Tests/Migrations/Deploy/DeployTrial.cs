using DbGate.Migrations.Tools;
using System.Diagnostics;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations;
using DbGate.Postgres;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Tests.Releases;
using Npgsql;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>
/// A development project with one migration applied and others pending, its database, and a session that can block.
/// </summary>
sealed class DeployTrial : IAsyncDisposable
{
    /// <summary>The advisory lock by which a test stops a deploy at the server.</summary>
    public const int Stop = 4711;

    /// <summary>
    /// A migration that goes on when <see cref="Stop"/> is free. It waits for no lock, so that no <c>lock_timeout</c> ends it.
    /// </summary>
    public const string Waits = "DO $$ BEGIN WHILE NOT pg_try_advisory_xact_lock(4711) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;";

    const string Base = "1_base";

    const string Here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    const string Sessions = """
        SELECT string_agg(format('%s %s %s %s/%s since %s: %s', pid, application_name, state, wait_event_type, wait_event, query_start, left(query, 100)), E'\n')
          FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        """;

    readonly GatedProject project = new();

    DeployTrial(TestDatabase database, NpgsqlConnection gate) => (Database, Gate) = (database, gate);

    public TestDatabase Database { get; }

    /// <summary>A connection of the test's own.</summary>
    public NpgsqlConnection Gate { get; }

    public string Root => project.Root;

    public static async Task<DeployTrial> StartAsync(PostgresUrl? server = null, params (string Name, string Sql)[] pending)
    {
        var database = server is null ? await TestDatabase.CreateAsync() : await TestDatabase.CreateAsync(server);
        var trial = new DeployTrial(database, await database.ConnectAsync());
        trial.With(
            Base, "CREATE TABLE users (id int PRIMARY KEY, mail text); INSERT INTO users SELECT g, 'm' FROM generate_series(1, 10) g;");
        (await trial.DeployAsync()).Expect(null);
        pending.ToList().ForEach(migration => trial.With(migration.Name, migration.Sql));
        return trial;
    }

    public void With(string name, string sql) => project.With($"prisma/migrations/{name}/migration.sql", sql);

    public async Task<StepReport> DeployAsync(params (string Option, string Value)[] options) => await DeployAsync(null, options);

    public async Task<StepReport> DeployAsync(IProgressDisplay? progress, params (string Option, string Value)[] options)
    {
        var given = new Dictionary<string, string> { ["engine"] = "direct" };
        foreach (var (option, value) in options)
        {
            given[option] = value;
        }

        var settings = project.Read(new() { ["DATABASE_URL"] = Database.UrlText }, given);
        var context = new GateContext(settings, progress is null ? GateServices.Real : GateServices.Real with { Progress = progress });
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        return await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
    }

    /// <summary>The options for an engine; for the prisma engine the real Prisma is put into the project.</summary>
    public async Task<(string Option, string Value)[]> UseAsync(DeployEngineKind engine)
    {
        if (engine == DeployEngineKind.Direct)
        {
            return [];
        }

        await Prisma.WriteProjectAsync(Root);
        return [("engine", "prisma"), ("migrate-command", await Prisma.CommandAsync(Root))];
    }

    /// <summary>Starts a deploy in a process of its own.</summary>
    public Process StartVictim(params (string Option, string Value)[] options) => DeployVictim.Start(Root, Database.UrlText, options);

    public async Task SayAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Gate);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Begins a transaction and waits until it is so old that a deploy takes notice of it.</summary>
    public async Task HoldAsync(string sql, string level = "")
    {
        await SayAsync($"BEGIN {level}; {sql}");
        await UntilAsync($"SELECT clock_timestamp() - xact_start > interval '1.1 s' FROM pg_stat_activity WHERE pid = {Gate.ProcessID}");
    }

    /// <summary>Waits until a query states true; where it never does, reports who is in the database.</summary>
    public async Task UntilAsync(string sql)
    {
        for (var clock = Stopwatch.StartNew(); !await Database.ScalarAsync<bool>(sql); await Task.Delay(30))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(1))
            {
                Assert.Fail($"A minute long not true: {sql}\nIn the database:\n{await Database.ScalarAsync<string>(Sessions)}");
            }
        }
    }

    /// <summary>Until a deploy of this database waits for <see cref="Stop"/>; its backend.</summary>
    public async Task<int> UntilStoppedAsync()
    {
        // pg_locks shows every database's locks, and other trials stop at the same key.
        var waiting = $"(SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {Stop} AND NOT granted AND {Here})";
        await UntilAsync($"SELECT {waiting} IS NOT NULL");
        return await Database.ScalarAsync<int>($"SELECT {waiting}");
    }

    /// <summary>Until <see cref="Waits"/> runs.</summary>
    public Task UntilItWaitsAsync() => UntilAsync(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%WHILE NOT pg_try%' AND pid <> "
            + "pg_backend_pid() AND state = 'active')");

    /// <summary>Until no one migrates any more: a killed client's statement still runs to its end.</summary>
    public Task UntilNobodyMigratesAsync() =>
        UntilAsync(
            $"SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {LedgerReader.Lock} AND {Here})");

    /// <summary>
    /// Until the sessions of a killed DbGate have ended, with the lock that it deploys under: a server sees a client's end in its own time.
    /// </summary>
    /// <param name="except">A backend that goes on.</param>
    public Task UntilVictimIsGoneAsync(int except = 0) => UntilAsync(
        $"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'dbgate%' AND pid "
            + $"<> {except})");

    public Task<string?> LedgerAsync() => Database.ScalarAsync<string>("""
        SELECT string_agg(format('%s %s', migration_name, CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled back' WHEN finished_at IS NOT NULL THEN 'applied' ELSE 'unfinished' END), ', '
            ORDER BY started_at) FROM _prisma_migrations
        """);

    public async ValueTask DisposeAsync()
    {
        await Gate.DisposeAsync();
        await Database.DisposeAsync();
        project.Dispose();
    }
}

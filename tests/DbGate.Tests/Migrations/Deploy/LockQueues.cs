using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations.Deploy.Queue;
using DbGate.Migrations.Lint;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>A deploy does not queue up behind others, for then everyone queues up behind it.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class LockQueues
{
    const string Two = "2_two";
    const string Three = "3_three";

    [Test]
    public async Task Hold_a_deploy_back_before_it_begins_and_name_the_session()
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, "ALTER TABLE users ADD COLUMN age int;"));
        await trial.HoldAsync("SELECT count(*) FROM users");
        var before = await trial.Database.DigestAsync();
        var report = await trial.DeployAsync(("migrations-lock-wait", "0s"));

        report.Expect("DBG0575", ExitCode.Environment);
        var problem = report.Result.AllProblems.Single(problem => problem.IsBlocking);
        Assert.That(
            problem.Cause,
            Does.Contain($"backend {trial.Gate.ProcessID} (").And.Contain("idle in transaction").And.Contain(
                "holds ACCESS SHARE on public.users"));
        Assert.That($"{problem.Fix}", Does.Contain($"pg_terminate_backend({trial.Gate.ProcessID})"));
        Assert.That(await trial.Database.DigestAsync(), Is.EqualTo(before));
    }

    [TestCase("CREATE INDEX mails ON users (mail);", "SELECT count(*) FROM users", TestName = "A_reader_and_an_index")]
    [TestCase("ALTER TABLE users ADD COLUMN age int;", "SELECT 1", TestName = "A_transaction_that_holds_nothing")]
    public async Task Do_not_count_what_does_not_conflict(string migration, string held)
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, migration));
        await trial.HoldAsync(held);

        (await trial.DeployAsync(("migrations-lock-wait", "0s"))).Expect(null);
    }

    [Test]
    public async Task Are_waited_for()
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, "ALTER TABLE users ADD COLUMN age int;"));
        await trial.HoldAsync("SELECT count(*) FROM users");
        var waiting = new Waiting();
        var deploy = trial.DeployAsync(waiting);
        await waiting.Begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await trial.SayAsync("COMMIT");

        (await deploy).Expect(null);
        Assert.That(waiting.Detail, Does.Contain($"backend {trial.Gate.ProcessID} "));
    }

    /// <summary>No session belongs to it: what a person prepared and forgot holds its locks through a restart of the server.</summary>
    [Test]
    public async Task Name_a_prepared_transaction_and_how_to_end_it()
    {
        await using var server =
            await TestServer.StartLocalAsync(new() { Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "2" } });
        await using var trial = await DeployTrial.StartAsync(server.Url, (Two, "ALTER TABLE users ADD COLUMN age int;"));
        await trial.SayAsync("BEGIN; INSERT INTO users VALUES (11, 'm'); PREPARE TRANSACTION 'left ''behind'");
        await trial.UntilAsync("SELECT clock_timestamp() - prepared > interval '1.1 s' FROM pg_prepared_xacts");
        var report = await trial.DeployAsync(("migrations-lock-wait", "0s"));

        report.Expect("DBG0575", ExitCode.Environment);
        var problem = report.Result.AllProblems.Single(problem => problem.IsBlocking);
        Assert.That(problem.Cause, Does.Contain("prepared transaction left 'behind (").And.Contain("holds ROW EXCLUSIVE on public.users"));
        Assert.That($"{problem.Fix}", Does.Contain("rollback prepared 'left ''behind'"));
        await trial.SayAsync(problem.Fix!.Commands[0] is ProgramCommand psql
            ? psql.Arguments[^1].Text
            : ((SqlCommand)problem.Fix.Commands[0]).Statement);
        (await trial.DeployAsync(("migrations-lock-wait", "0s"))).Expect(null);
    }

    [Test]
    public async Task Count_open_snapshots_when_an_index_is_built_concurrently()
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, "CREATE INDEX CONCURRENTLY mails ON users (mail);"));
        await trial.HoldAsync("SELECT 1", "ISOLATION LEVEL REPEATABLE READ");
        var report = await trial.DeployAsync(("migrations-lock-wait", "0s"));

        report.Expect("DBG0575", ExitCode.Environment);
        Assert.That(report.Result.AllProblems.Single(problem => problem.IsBlocking).Cause, Does.Contain("has an open snapshot"));
    }

    [Test]
    public async Task That_form_later_let_the_migration_give_way_and_run_again([Values] DeployEngineKind engine)
    {
        await using var trial =
            await DeployTrial.StartAsync(null, (Two, DeployTrial.Waits), (Three, "ALTER TABLE users ADD COLUMN age int;"));
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        var deploy = trial.DeployAsync([("migrations-lock-timeout", "1s"), .. await trial.UseAsync(engine)]);
        await trial.UntilItWaitsAsync();
        await trial.SayAsync($"BEGIN; SELECT count(*) FROM users; SELECT pg_advisory_unlock({DeployTrial.Stop})");
        await Task.WhenAny(deploy, trial.UntilAsync("SELECT EXISTS (SELECT FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL)"));
        await trial.SayAsync("COMMIT");
        var report = await deploy;

        report.Expect(null);
        Assert.That(report.Result.Summary, Is.EqualTo("2 applied, 3/3 migrations applied"));
        Assert.That(report.Result.Facts.Single(fact => fact.Name == "gave way").Value, Does.Contain("time"));
        Assert.That(report.Result.Facts.Single(fact => fact.Name == "timeouts").Value, Is.EqualTo("lock_timeout 1 s"));
    }

    [Test]
    public async Task That_stay_end_the_deploy_and_leave_nothing_to_resolve()
    {
        await using var trial =
            await DeployTrial.StartAsync(
                null, (Two, DeployTrial.Waits), (Three, "CREATE TABLE half (id int); ALTER TABLE users ADD COLUMN age int;"));
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        var deploy = trial.DeployAsync(("migrations-lock-timeout", "3s"), ("migrations-lock-wait", "0s"));
        await trial.UntilItWaitsAsync();
        // it looks every 250 ms
        await trial.UntilAsync(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dbgate watch')");
        await trial.SayAsync($"BEGIN; SELECT count(*) FROM users; SELECT pg_advisory_unlock({DeployTrial.Stop})");
        var report = await deploy;
        await trial.SayAsync("COMMIT");

        report.Expect("DBG0576", ExitCode.Environment);
        var problem = report.Result.AllProblems.Single(problem => problem.IsBlocking);
        Assert.That(problem.State, Does.StartWith("1 applied in this deploy, 1 left").And.Contain("nothing stayed"));
        Assert.That(problem.Cause, Does.Contain($"backend {trial.Gate.ProcessID} ").And.Contain("held users back"));
        (await trial.DeployAsync()).Expect(null);
    }

    [Test]
    public void Do_not_hold_a_deploy_back_when_the_server_ends_them_itself()
    {
        var vacuum =
            new LockHolder(
                7, "autovacuum worker", null, "", "active", TimeSpan.FromMinutes(5), "autovacuum: VACUUM public.users", "public.users",
                TableLock.ShareUpdateExclusive);
        var needed = new NeededLocks([new("public.users", TableLock.AccessExclusive)], false, "the rehearsal");

        Assert.That(LockQueue.Decide(needed, [vacuum]).Single().Yields, Is.True);
        Assert.That(
            LockQueue.Decide(needed, [vacuum with { Query = vacuum.Query + " (to prevent wraparound)" }]).Single().Yields, Is.False);
        Assert.That(LockQueue.Decide(needed, [vacuum with { Age = TimeSpan.FromMilliseconds(300) }]), Is.Empty, "it comes and goes");
        Assert.That(LockQueue.Decide(needed with { Locks = [new("public.other", TableLock.AccessExclusive)] }, [vacuum]), Is.Empty);
    }

    /// <summary>PostgreSQL's manual, table 13.2: by a server's own word, each mode held by one session and asked for by another.</summary>
    [Test]
    public async Task Conflict_as_the_server_says()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        await using var one = await database.ConnectAsync();
        await using var other = await database.ConnectAsync();
        var modes = Enum.GetValues<TableLock>().Where(mode => mode != TableLock.None).ToArray();
        foreach (var held in modes)
        {
            await ExecuteAsync(one, $"BEGIN; LOCK TABLE t IN {held.Display()} MODE");
            foreach (var wanted in modes)
            {
                var refused = false;
                try
                {
                    await ExecuteAsync(other, $"BEGIN; LOCK TABLE t IN {wanted.Display()} MODE NOWAIT");
                }
                catch (Npgsql.PostgresException fault) when (fault.SqlState == "55P03")
                {
                    refused = true;
                }

                await ExecuteAsync(other, "ROLLBACK");
                Assert.That(wanted.ConflictsWith(held), Is.EqualTo(refused), $"{wanted} against {held}");
            }

            await ExecuteAsync(one, "ROLLBACK");
        }
    }

    [Test]
    public async Task Are_met_with_the_same_patience_by_both_engines([Values] DeployEngineKind engine)
    {
        await using var trial = await DeployTrial.StartAsync(
            null,
            (Two, "CREATE TABLE seen AS SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') AS is;"));
        (await trial.DeployAsync(
            [("migrations-lock-timeout", "3s"), ("migrations-statement-timeout", "7m"), .. await trial.UseAsync(engine)])).Expect(null);

        Assert.That(await trial.Database.ScalarAsync<string>("SELECT \"is\" FROM seen"), Is.EqualTo("3s 7min"));
    }

    [Test]
    public async Task Are_waited_for_without_an_end_by_what_would_leave_an_invalid_index()
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, DeployTrial.Waits), (Three, """
            CREATE INDEX CONCURRENTLY mails ON users (mail);
            CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS is;
            """));
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        var deploy = trial.DeployAsync(("migrations-lock-timeout", "1s"));
        await trial.UntilItWaitsAsync();
        await trial.SayAsync($"BEGIN; INSERT INTO users VALUES (100, 'x'); SELECT pg_advisory_unlock({DeployTrial.Stop})");
        await trial.UntilAsync("""
            SELECT EXISTS (SELECT FROM pg_stat_progress_create_index JOIN pg_stat_activity USING (pid, datname) WHERE datname = current_database() AND clock_timestamp() - query_start > interval '1.3 s')
            """);
        await trial.SayAsync("COMMIT");

        (await deploy).Expect(null);
        Assert.That(await trial.Database.ScalarAsync<string>("SELECT \"is\" FROM seen"), Is.EqualTo("1s"));
    }

    static async Task ExecuteAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    sealed class Waiting : IProgressDisplay, IProgressBar
    {
        public TaskCompletionSource Begun { get; } = new();

        public string? Detail { get; private set; }

        public IProgressBar Begin(string what, long? totalBytes) => this;

        public void Report(long doneBytes, string? detail = null)
        {
            Detail = detail ?? Detail;
            Begun.TrySetResult();
        }

        public void Dispose()
        {
        }
    }
}

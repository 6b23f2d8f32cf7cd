using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>Whatever goes wrong: the next run completes, or states exactly what to do.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Faults_in_a_deploy
{
    const string Two = "2_two";
    const string Three = "3_three";

    static readonly (string, string)[] Pending =
    [
        (Two, "CREATE TABLE two (id int);\nINSERT INTO two VALUES (1);\n"),
        (Three, "CREATE TABLE three (id int);\n"),
    ];

    /// <summary>The ledger's own statements, in the order in which a deploy sends them.</summary>
    [TestCase("BEFORE INSERT", Two, TestName = "Killed_before_the_first_migrations_row")]
    [TestCase("BEFORE UPDATE", Two, TestName = "Killed_before_the_first_migration_is_finished")]
    [TestCase("BEFORE INSERT", Three, TestName = "Killed_between_two_migrations")]
    [TestCase("BEFORE UPDATE", Three, TestName = "Killed_before_the_last_migration_is_finished")]
    public async Task Killed_at_the_ledger(string when, string migration)
    {
        await using var trial = await DeployTrial.StartAsync(null, Pending);
        await trial.Database.ExecuteAsync($"""
            CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock({DeployTrial.Stop}); RETURN NEW; END $$;
            CREATE TRIGGER stop {when} ON _prisma_migrations FOR EACH ROW WHEN (NEW.migration_name = '{migration}') EXECUTE FUNCTION stop()
            """);
        await KillAsync(trial);
        await trial.Database.ExecuteAsync("DROP FUNCTION stop CASCADE");

        await CompletesAsync(trial);
    }

    [Test]
    public async Task Killed_in_a_statement_the_server_goes_on_and_the_next_run_waits_for_it()
    {
        await using var trial =
            await DeployTrial.StartAsync(
                null, (Two, $"CREATE TABLE two (id int); INSERT INTO two VALUES (1); SELECT pg_advisory_xact_lock({DeployTrial.Stop});"),
                Pending[1]);
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        using var victim = trial.StartVictim();
        var backend = await trial.UntilStoppedAsync();
        victim.Kill();
        await victim.WaitForExitAsync();
        await trial.UntilVictimIsGoneAsync(except: backend);

        var meanwhile = await trial.DeployAsync();
        await trial.SayAsync($"SELECT pg_advisory_unlock({DeployTrial.Stop})");
        await trial.UntilVictimIsGoneAsync();

        meanwhile.Expect("DBG0203", ExitCode.Locked);
        Assert.That(meanwhile.Result.Problems[0].Cause, Does.Contain($"backend {backend} ").And.Contain("s old"));
        await CompletesAsync(trial);
    }

    /// <summary>A file must not be where its row does not, whether the trigger refuses the row or swallows it.</summary>
    [TestCase("RETURN NULL", "0 rows of this migration in the ledger")]
    [TestCase("RAISE EXCEPTION 'no row'", "no row")]
    public async Task A_row_that_cannot_be_begun_keeps_its_file_out(string trigger, string words)
    {
        await using var trial = await DeployTrial.StartAsync(null, Pending);
        await trial.Database.ExecuteAsync($"""
            CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {trigger}; END $$;
            CREATE TRIGGER lose BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION lose()
            """);
        var report = await trial.DeployAsync();
        await trial.Database.ExecuteAsync("DROP FUNCTION lose CASCADE");

        report.Expect("DBG0503", ExitCode.Environment);
        Assert.That(report.Result.AllProblems.Single(problem => problem.IsBlocking).Cause, Does.Contain(words));
        Assert.That(await trial.Database.ScalarAsync<bool>("SELECT to_regclass('two') IS NULL"), Is.True);
        await CompletesAsync(trial);
    }

    /// <summary>
    /// What a killed DbGate had started goes on without it: nothing of it may be lost, and no other run may begin meanwhile.
    /// </summary>
    [Test]
    [Category("Prisma")]
    public async Task Killed_beside_a_migrate_command_the_next_run_waits_for_that_and_finds_all_of_it()
    {
        await using var trial = await DeployTrial.StartAsync(
            null, (Two, $"CREATE TABLE two (id int); INSERT INTO two VALUES (1); {DeployTrial.Waits}"), Pending[1]);
        var options = await trial.UseAsync(DeployEngineKind.Prisma);
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        using var victim = trial.StartVictim(options);
        await trial.UntilItWaitsAsync();
        var backend =
            await trial.Database.ScalarAsync<int>(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%WHILE NOT pg_try%' AND pid <> "
                    + "pg_backend_pid() AND state = 'active'");
        victim.Kill();
        await victim.WaitForExitAsync();
        await trial.UntilVictimIsGoneAsync();

        var meanwhile = await trial.DeployAsync(options);
        await trial.SayAsync($"SELECT pg_advisory_unlock({DeployTrial.Stop})");
        await trial.UntilNobodyMigratesAsync();

        meanwhile.Expect("DBG0203", ExitCode.Locked);
        Assert.That(meanwhile.Result.Problems[0].Cause, Does.Contain($"backend {backend} "));
        Assert.That(await trial.LedgerAsync(), Is.EqualTo($"1_base applied, {Two} applied, {Three} applied"));
        await CompletesAsync(trial);
    }

    [Test]
    public async Task Killed_while_it_waits_for_locks()
    {
        await using var trial = await DeployTrial.StartAsync(null, [.. Pending, ("4_four", "ALTER TABLE users ADD COLUMN age int;")]);
        await trial.HoldAsync("SELECT count(*) FROM users");
        using var victim = trial.StartVictim();
        Assert.That(
            await victim.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo("wait for locks"),
            () => victim.StandardError.ReadToEnd());
        victim.Kill();
        await victim.WaitForExitAsync();
        await trial.UntilVictimIsGoneAsync();
        await trial.SayAsync("COMMIT");

        Assert.That(await trial.LedgerAsync(), Is.EqualTo("1_base applied"));
        await CompletesAsync(trial);
    }

    /// <summary>An index that is built CONCURRENTLY is no part of a transaction: how far it came, no one knows but the server.</summary>
    [Test]
    public async Task Killed_while_an_index_is_built_concurrently_says_what_to_look_at()
    {
        await using var trial =
            await DeployTrial.StartAsync(
                null, (Two, $"SELECT pg_advisory_xact_lock({DeployTrial.Stop});"),
                (Three, "CREATE INDEX CONCURRENTLY mails ON users (mail);"));
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        using var victim = trial.StartVictim();
        await trial.UntilStoppedAsync();
        await trial.SayAsync($"BEGIN; INSERT INTO users VALUES (101, 'x'); SELECT pg_advisory_unlock({DeployTrial.Stop})");
        // from then on it waits
        await trial.UntilAsync("SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('mails') AND NOT indisvalid)");
        victim.Kill();
        await victim.WaitForExitAsync();
        await trial.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()");
        await trial.UntilVictimIsGoneAsync();
        await trial.SayAsync("COMMIT");

        var again = await trial.DeployAsync();

        again.Expect("DBG0202", ExitCode.Blocked);
        Assert.That(
            $"{again.Result.Problems.Single(problem => problem.Code.Id == "DBG0577").Fix}",
            Does.Contain("drop index concurrently public.mails"));
    }

    [Test]
    public async Task An_index_that_fails_is_named_and_the_words_lead_to_the_end()
    {
        await using var trial = await DeployTrial.StartAsync(null, (Two, "CREATE UNIQUE INDEX CONCURRENTLY mails ON users (mail);"));
        var first = await trial.DeployAsync();
        var second = await trial.DeployAsync();

        first.Expect("DBG0502", ExitCode.MigrationFailed);
        var problem = first.Result.AllProblems.Single(problem => problem.IsBlocking);
        Assert.That(problem.State, Does.Contain("the invalid index public.mails on users"));
        Assert.That(
            $"{problem.Fix}", Does.Contain("drop index concurrently public.mails").And.Contain("--target=resolve").And.Contain(Two));
        second.Expect("DBG0202", ExitCode.Blocked);

        await trial.Database.ExecuteAsync("drop index concurrently public.mails");
        await trial.Database.ExecuteAsync(
            "UPDATE users SET mail = mail || id; UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL");
        (await trial.DeployAsync()).Expect(null);
    }

    [Test]
    public async Task A_statement_timeout_leaves_nothing_and_the_next_run_completes()
    {
        await using var trial =
            await DeployTrial.StartAsync(
                null, (Two, "CREATE TABLE two (id int); INSERT INTO two VALUES (1); SELECT pg_sleep(60);"), Pending[1]);
        var report = await trial.DeployAsync(("migrations-statement-timeout", "2s"));

        report.Expect("DBG0576", ExitCode.Environment);
        var problem = report.Result.AllProblems.Single(problem => problem.IsBlocking);
        Assert.That($"{problem.Fix}", Does.Contain("--migrations-statement-timeout"));
        Assert.That(
            (problem.Message.Contains("at statement 3, line 1"), problem.Location?.Line, problem.Excerpt?.Line),
            Is.EqualTo((true, (int?)1, (int?)1)));
        Assert.That(await trial.Database.ScalarAsync<bool>("SELECT to_regclass('two') IS NULL"), Is.True);
        Assert.That(await trial.LedgerAsync(), Is.EqualTo($"1_base applied, {Two} rolled back"));
        await CompletesAsync(trial);
    }

    /// <summary>One backend killed makes the server end all others and recover: a restart.</summary>
    [Test]
    public async Task A_server_that_restarts_in_the_middle_is_waited_for_and_its_ledger_read()
    {
        await using var server =
            await TestServer.StartLocalAsync(new() { Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on" } });
        await using var trial =
            await DeployTrial.StartAsync(
                server.Url, (Two, $"CREATE TABLE two (id int); INSERT INTO two VALUES (1); SELECT pg_sleep(60);"), Pending[1]);
        var deploy = trial.DeployAsync();
        await trial.UntilAsync(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state "
                + "= 'active')");
        var backend =
            await trial.Database.ScalarAsync<int>(
                "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state = 'active'");
        (await Shell.RunAsync("kill", ["-KILL", $"{backend}"])).Succeeded();
        var report = await deploy;

        report.Expect("DBG0502", ExitCode.MigrationFailed);
        Assert.That(report.Result.AllProblems.First(problem => problem.IsBlocking).State, Does.Contain($"of {Two} nothing was applied"));
        Assert.That(await trial.LedgerAsync(), Is.EqualTo($"1_base applied, {Two} unfinished"));
        trial.With(Two, Pending[0].Item2);
        await CompletesAsync(trial);
    }

    static async Task KillAsync(DeployTrial trial)
    {
        await trial.SayAsync($"SELECT pg_advisory_lock({DeployTrial.Stop})");
        using var victim = trial.StartVictim();
        await trial.UntilStoppedAsync();
        victim.Kill();
        await victim.WaitForExitAsync();
        await trial.SayAsync($"SELECT pg_advisory_unlock({DeployTrial.Stop})");
        await trial.UntilVictimIsGoneAsync();
    }

    static async Task CompletesAsync(DeployTrial trial)
    {
        (await trial.DeployAsync()).Expect(null);
        Assert.That(
            await trial.Database.ScalarAsync<long>("SELECT count(*) FROM two"), Is.EqualTo(1), "once, neither twice nor not at all");
        Assert.That(await trial.Database.ScalarAsync<bool>("SELECT to_regclass('three') IS NOT NULL"), Is.True);
        Assert.That(
            await trial.Database.ScalarAsync<long>(
                "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL"), Is.Zero);
    }
}

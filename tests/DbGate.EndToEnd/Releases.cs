using System.Text;
using System.Text.Json;
using DbGate.Postgres;

namespace DbGate.EndToEnd;

/// <summary>The main job as a process: one release that passes, and every way in which one is blocked.</summary>
[Category("Postgres")]
public sealed class Releases
{
    Shop shop = null!;
    string before = null!;

    [SetUp]
    public async Task OpenShop()
    {
        shop = await Shop.OpenAsync(await ReleaseServer.SharedAsync());
        before = await shop.Database.DigestAsync();
    }

    [TearDown]
    public async Task CloseShop() => await shop.DisposeAsync();

    [Test]
    public async Task Pass_and_leave_a_backup_and_a_report()
    {
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output, Does.Contain("5/5 migrations applied").And.Contain("Released: production"));
        Assert.That(
            await shop.Database.ScalarAsync<long>("""select count(*) from _prisma_migrations where finished_at is not null"""),
            Is.EqualTo(5));
        Assert.That(shop.Backups(), Has.Length.EqualTo(1));
        Assert.That(
            Directory.GetFiles(Path.Combine(shop.Wallet.Folder, "artifacts/dbgate"), "report.md", SearchOption.AllDirectories),
            Is.Not.Empty);
    }

    [Test]
    public async Task Wait_for_the_approval_of_their_plan_and_go_on_with_it()
    {
        shop.Write("dbgate.json", """{ "approvals": { "production": { "required": 1 } } }""");
        var first = await shop.ReleaseAsync();
        Assert.That(first.ExitCode, Is.EqualTo(10), first.Everything);
        Assert.That(await shop.Database.DigestAsync(), Is.EqualTo(before));
        var plan = System.Text.RegularExpressions.Regex.Match(first.Output, "plan ([0-9a-f]{64}) has 0 of 1 approvals").Groups[1].Value;

        var approval =
            await shop.RunAsync(
                "approve", "--environment=production", $"--plan={plan}", "--by=somebody else", "--confirm=APPROVE_PRODUCTION");
        Assert.That(approval.ExitCode, Is.Zero, approval.Everything);
        var second = await shop.ReleaseAsync($"--plan={plan}");
        Assert.That(second.ExitCode, Is.Zero, second.Everything);
        Assert.That(second.Output, Does.Contain("approved by").And.Contain("as rehearsed"));
        Assert.That(shop.Backups(), Has.Length.EqualTo(1));

        var audit = await shop.RunAsync("audit", "--environment=production");
        Assert.That(audit.ExitCode, Is.Zero, audit.Everything);
    }

    [Test]
    public async Task Converge_when_they_are_run_again()
    {
        WithoutRehearsal();
        await shop.ReleaseAsync();
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output, Does.Contain("nothing to deploy"));
    }

    [Test]
    public async Task Print_nothing_but_the_report_when_asked_for_json()
    {
        WithoutRehearsal();
        var run = await shop.ReleaseAsync("--json");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        using var report = JsonDocument.Parse(run.Output);
        Assert.That(report.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("pass"));
    }

    [Test]
    public async Task Say_what_they_would_do_and_do_nothing()
    {
        var run = await shop.ReleaseAsync("--dryrun");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output, Does.Contain("would run  backup-first").And.Contain("would run  migrate-deploy"));
        await AssertUntouched(backups: 0);
    }

    [Test]
    public Task Are_blocked_when_production_reaches_db_push()
    {
        shop.Write("scripts/start.sh", "#!/bin/sh\nnpx prisma db push --accept-data-loss\nexec node src/server.js\n");
        return AssertBlocked(10, "DBG0401");
    }

    [Test]
    public async Task Annotate_mask_and_summarise_when_they_are_blocked_in_a_workflow()
    {
        shop.Write("scripts/start.sh", "#!/bin/sh\nnpx prisma db push\n");
        var (summary, output) = (Path.Combine(shop.Wallet.Folder, "summary.md"), Path.Combine(shop.Wallet.Folder, "output"));
        shop.Environment["GITHUB_ACTIONS"] = "true";
        shop.Environment["GITHUB_STEP_SUMMARY"] = summary;
        shop.Environment["GITHUB_OUTPUT"] = output;
        var run = await shop.ReleaseAsync();

        Assert.That(run.Output, Does.Contain("::error file=scripts/start.sh,line=2,title=DBG0401"));
        Assert.That(run.Output, Does.StartWith("::add-mask::").And.Contain($"::add-mask::{shop.Database.Url.Password}\n"));
        Assert.That(await File.ReadAllTextAsync(summary), Does.StartWith("# DbGate: Blocked (exit 10)"));
        Assert.That(
            await File.ReadAllTextAsync(output),
            Does.Match("(?m)^verdict<<dbgate_[0-9a-f]{32}\nblocked\n").And.Match("(?m)^exit-code<<.*\n10\n"));
    }

    [Test]
    public async Task Let_no_migration_command_speak_to_the_runner_of_a_workflow()
    {
        shop.Write("forge.sh", "echo '::set-output name=verdict::pass'\nexit 1\n");
        shop.Environment["GITHUB_ACTIONS"] = "true";
        var run = await shop.RunAsync("migrate-deploy", "--environment=development", "--migrate-command=sh forge.sh");

        Assert.That(run.ExitCode, Is.Not.Zero, run.Everything);
        Assert.That(
            run.Output,
            Does.Match(
                "(?s)::group::output of the migration command\n::stop-commands::([0-9a-f]{32})\n.*::set-output "
                    + "name=verdict::pass\n.*::\\1::\n::endgroup::\n"));
    }

    [Test]
    public Task Are_blocked_when_the_push_flag_is_set()
    {
        shop.Environment["PRISMA_DB_PUSH_ALLOWED"] = "true";
        return AssertBlocked(10, "PRISMA_DB_PUSH_ALLOWED");
    }

    [Test]
    public Task Are_blocked_when_the_url_does_not_demand_ssl()
    {
        shop.Environment["DATABASE_URL_PROD"] = shop.Database.Url.WithParameter("sslmode", null).Reveal();
        return AssertBlocked(10, "Database connection must use SSL in production");
    }

    [Test]
    public Task Are_blocked_when_backups_are_off()
    {
        shop.Environment["BACKUP_ENABLED"] = null;
        return AssertBlocked(10, "BACKUP_ENABLED must be set to 'true' in production");
    }

    [Test]
    public Task Are_blocked_when_the_restore_test_is_too_old()
    {
        shop.Environment["LAST_BACKUP_RESTORE_TEST_DATE"] = DateTime.UtcNow.AddDays(-120).ToString("yyyy-MM-dd");
        return AssertBlocked(10, "Backup restore test is 120 days old - test backups every 90 days");
    }

    [Test]
    public async Task Are_blocked_by_a_failed_migration_in_the_ledger()
    {
        await shop.Database.ExecuteAsync(
            "insert into _prisma_migrations (id, checksum, migration_name, logs) values ('1', 'x', '20260101000000_broken', "
                + "'ERROR: boom')");
        before = await shop.Database.DigestAsync();
        await AssertBlocked(10, "DBG0202");
    }

    [Test]
    public async Task Are_blocked_by_an_edited_migration()
    {
        await File.AppendAllTextAsync(shop.Wallet.MigrationFile(shop.Wallet.MigrationNames[0]), "\n-- a late thought\n");
        await AssertBlocked(10, "DBG0205");
    }

    [Test]
    public async Task Are_blocked_by_a_migration_that_is_not_utf8()
    {
        await File.WriteAllBytesAsync(
            shop.Wallet.MigrationFile(shop.Wallet.MigrationNames[^1]), Encoding.Latin1.GetBytes("-- caf\u00e9\nselect 1;\n"));
        await AssertBlocked(10, "DBG0215");
    }

    [Test]
    public async Task Are_blocked_when_the_database_is_absent_and_do_not_create_it()
    {
        shop.Environment["DATABASE_URL_PROD"] =
            shop.Database.Url.WithDatabase("shop_with_a_typo").WithParameter("sslmode", "require").Reveal();
        await AssertBlocked(10, "DBG0031");
        Assert.That(await shop.Database.ScalarAsync<long>("select count(*) from pg_database where datname = 'shop_with_a_typo'"), Is.Zero);
    }

    [Test]
    public Task End_with_21_when_the_password_is_wrong()
    {
        shop.Environment["DATABASE_URL_PROD"] =
            (shop.Database.Url with { Password = "wrong%secret" }).WithParameter("sslmode", "require").Reveal();
        return AssertBlocked(21, "DBG0028");
    }

    [Test]
    public Task End_with_20_when_the_server_cannot_be_reached()
    {
        shop.Environment["DATABASE_URL_PROD"] = (shop.Database.Url with { Port = 1 }).WithParameter("sslmode", "require").Reveal();
        return AssertBlocked(20, "DBG0029");
    }

    [Test]
    public Task End_with_2_when_there_is_no_url()
    {
        shop.Environment["DATABASE_URL_PROD"] = null;
        shop.Environment["DATABASE_URL"] = null;
        return AssertBlocked(2, "DBG0005");
    }

    [Test]
    public Task End_with_2_and_the_nearest_name_for_an_unknown_option() =>
        AssertBlocked(2, "did you mean --ready-timeout?", "--ready-timout=5s");

    [Test]
    public Task End_with_2_and_the_line_for_a_broken_env_file()
    {
        shop.Write(".env", "A=1\nthis is no assignment\n");
        return AssertBlocked(2, ".env:2");
    }

    [Test]
    public Task End_with_2_for_a_broken_dbgate_json()
    {
        shop.Write("dbgate.json", "{ \"ready\": ");
        return AssertBlocked(2, "DBG0004");
    }

    [Test]
    public async Task End_with_12_when_another_deploy_holds_the_lock()
    {
        WithoutRehearsal();
        await using var other = await Session.OpenAsync(shop.Database.Url, null, CancellationToken.None);
        await using var held = await AdvisoryLock.AcquireAsync(other, "deploy", CancellationToken.None);
        await AssertBlocked(12, "DBG0038", backups: 1);
    }

    [Test]
    public Task Are_blocked_by_a_migration_that_fails_on_the_restored_backup()
    {
        shop.Wallet.AddMigration("20261201090000_country", "ALTER TABLE \"User\" ADD COLUMN \"country\" TEXT;\nSELECT 1/0;\n");
        return AssertBlocked(10, "DBG0560", backups: 1);
    }

    [Test]
    public async Task End_with_30_when_a_migration_fails_and_name_what_the_server_said()
    {
        shop.Wallet.AddMigration("20261201090000_country", "ALTER TABLE \"User\" ADD COLUMN \"country\" TEXT;\nSELECT 1/0;\n");
        WithoutApprovals();
        var run = await shop.RunAsync("migrate-deploy", "--environment=production", "--engine=direct");

        Assert.That(run.ExitCode, Is.EqualTo(30), run.Everything);
        Assert.That(
            run.Output,
            Does.Contain("DBG0502").And.Contain("division by zero").And.Contain("--target=restore --environment=production --backup="));
        Assert.That(shop.Backups(), Has.Length.EqualTo(1));
        Assert.That(
            await shop.Database.ScalarAsync<long>("select count(*) from information_schema.columns where column_name = 'country'"),
            Is.Zero);
    }

    [Test]
    public async Task End_with_10_and_the_last_answer_when_the_application_does_not_become_ready()
    {
        await using var sick = Shop.Application(503, """{"status":"not_ready","why":"queue down"}""");
        shop.Environment["READY_URL"] = sick.Url.ToString();
        shop.Environment["READY_TIMEOUT"] = "2s";
        WithoutRehearsal();
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain("DBG0602").And.Contain("queue down"));
    }

    [Test]
    public Task Are_blocked_in_production_without_a_ready_url()
    {
        shop.Environment["READY_URL"] = null;
        WithoutRehearsal();
        return AssertCode(10, "DBG0601");
    }

    [Test]
    public async Task Are_no_way_round_when_only_the_deploy_is_run()
    {
        shop.Write("scripts/start.sh", "#!/bin/sh\nnpx prisma db push\n");
        var run = await shop.RunAsync("migrate-deploy", "--environment=production", "--engine=direct", "--exclusive");

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain("DBG0401"));
        await AssertUntouched(backups: 0);
    }

    [Test]
    public async Task Demand_a_backup_even_when_only_the_deploy_is_run()
    {
        WithoutApprovals();
        var run = await shop.RunAsync("migrate-deploy", "--environment=production", "--engine=direct", "--exclusive");

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain("DBG0506"));
        await AssertUntouched(backups: 0);
    }

    /// <summary>
    /// For tests that are about something else: a rehearsal starts a server of its own, and takes half of a small release.
    /// </summary>
    void WithoutRehearsal()
    {
        shop.Environment["DBGATE_REHEARSAL"] = "off";
        WithoutApprovals();
    }

    /// <summary>Neither for a release nor for a loss: what was not rehearsed counts as a loss.</summary>
    void WithoutApprovals() => shop.Allow("""{ "approvals": { "production": { "required": 0, "dataLoss": 0 } } }""");

    async Task AssertBlocked(int exitCode, string said, string? option = null, int backups = 0)
    {
        await AssertCode(exitCode, said, option);
        await AssertUntouched(backups);
    }

    async Task AssertCode(int exitCode, string said, string? option = null)
    {
        var run = await shop.ReleaseAsync(option is null ? [] : [option]);

        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Everything);
        Assert.That(run.Everything, Does.Contain(said));
        Assert.That(
            run.Everything, Does.Not.Contain("   at DbGate").And.Not.Contain(shop.Database.Url.Password!).And.Not.Contain("wrong%secret"));
    }

    async Task AssertUntouched(int backups)
    {
        Assert.That(await shop.Database.DigestAsync(), Is.EqualTo(before), "the database was touched");
        Assert.That(shop.Backups(), Has.Length.EqualTo(backups));
    }
}

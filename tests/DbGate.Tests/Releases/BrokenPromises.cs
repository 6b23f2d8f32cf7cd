using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports.Html;

namespace DbGate.Tests.Releases;

/// <summary>
/// What the page promises about the database is broken between the approval and the deploy: exit 11, and the database is as it was.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class BrokenPromises
{
    const string Policy = """{ "staging": { "required": 1, "dataLoss": 1 }, "production": { "required": 1, "dataLoss": 2 } }""";
    const string Mails = "ALTER TABLE \"User\" ADD COLUMN mail text; UPDATE \"User\" SET mail = 'm' WHERE id > 13";
    const string Notes = "CREATE TABLE notes (id int)";
    const string Late = "INSERT INTO \"User\" (id, mail) SELECT g, 'm' FROM generate_series(101, 150) g";

    [TestCase("CREATE TABLE handmade (id int)", "table public.handmade added")]
    [TestCase("ALTER TABLE \"User\" ADD COLUMN by_hand int", "column public.\"User\".by_hand added")]
    [TestCase("CREATE INDEX by_hand ON \"User\" (id)", "index public.\"User\".by_hand added")]
    [TestCase("ALTER TABLE \"User\" DROP CONSTRAINT \"User_pkey\"", "primary key")]
    public async Task Schema_that_changed_after_the_approval_is_named(string byHand, string words)
    {
        await using var project = await PlannedProject.CreateAsync(Policy);
        var plan = await ApprovedAsync(project, rehearsed: false);
        await project.Database.ExecuteAsync(byHand);

        var deploy = await UntouchedAsync(project, plan, "DBG0532");

        Assert.That(deploy.Message, Does.Contain("since the plan was made: "));
        Assert.That($"{deploy.Message} {deploy.Cause}", Does.Contain(words));
    }

    [Test]
    public async Task Schema_that_changed_between_backup_and_plan_blocks_the_plan()
    {
        await using var project = await PlannedProject.CreateAsync(Policy);
        await using var run = project.Start([("requested-by", "ana")]);
        (await run.ExecuteAsync(new BackupFirstStep(), default)).Expect(null);
        await project.Database.ExecuteAsync("CREATE TABLE handmade (id int)");

        var plan = await run.ExecuteAsync(new PlanStep(), default);

        plan.Expect("DBG0511", ExitCode.Stale);
        Assert.That(plan.Result.Problems.First(problem => problem.IsBlocking).Message, Does.Contain("table public.handmade added"));
    }

    /// <summary>A column, a table, rows and values; each approved with a number, and more of them when the deploy comes.</summary>
    [TestCase("ALTER TABLE \"User\" DROP COLUMN mail;", Mails, Late, "public.\"User\".mail=7", "now 57")]
    [TestCase("DROP TABLE notes;", "CREATE TABLE notes AS SELECT 1 AS id", "INSERT INTO notes VALUES (2)", "public.notes=1", "now 2")]
    [TestCase("DELETE FROM \"User\" WHERE id > 15;", null, "INSERT INTO \"User\" VALUES (99)", "public.\"User\"=5", "now 6")]
    [TestCase(
        "DELETE FROM \"User\" AS u WHERE u.id IN (SELECT id FROM \"User\" WHERE id > 15);", null, "INSERT INTO \"User\" VALUES (99)",
        "public.\"User\"=5", "now 6")]
    [TestCase(
        "UPDATE \"User\" SET mail = lower(mail) WHERE id > 10;", "ALTER TABLE \"User\" ADD mail text; UPDATE \"User\" SET mail = 'M'",
        "INSERT INTO \"User\" VALUES (99, 'M')", null, "now 11")]
    [TestCase(
        "ALTER TABLE \"User\" ALTER COLUMN mail TYPE varchar(2) USING left(mail, 2);",
        "ALTER TABLE \"User\" ADD mail text; UPDATE \"User\" SET mail = 'long' WHERE id < 5",
        "INSERT INTO \"User\" VALUES (99, 'longer')", "public.\"User\".mail=4", "now 5")]
    [TestCase(
        "DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;", "CREATE TABLE notes AS SELECT generate_series(1, 12) AS id",
        "UPDATE notes SET id = 6 WHERE id = 1", "public.notes=7", "it deletes 8 rows of public.notes, and 7 at the rehearsal", "DBG0513")]
    public async Task Loss_that_grew_after_the_approval_stops_the_deploy(
        string sql, string? byHand, string late, string? loss, string words, string code = "DBG0510")
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, byHand);
        var plan = await ApprovedAsync(project, rehearsed: true, loss);
        await project.Database.ExecuteAsync(late);

        var problem = await UntouchedAsync(project, plan, code);

        Assert.That(problem.Cause, Does.Contain(words));
    }

    /// <summary>The rehearsal lost nothing, because the restored data had no such row or value; when the deploy comes, it has.</summary>
    [TestCase("ALTER TABLE \"User\" DROP COLUMN mail;", "ALTER TABLE \"User\" ADD COLUMN mail text", Late, "now 50")]
    [TestCase("DROP TABLE notes;", Notes, "INSERT INTO notes VALUES (2)", "now 1")]
    [TestCase("TRUNCATE notes;", Notes, "INSERT INTO notes VALUES (2)", "now 1")]
    [TestCase("DELETE FROM \"User\" WHERE id > 50;", null, "INSERT INTO \"User\" VALUES (99)", "now 1")]
    [TestCase("UPDATE \"User\" SET mail = NULL WHERE id > 50;", Mails, "INSERT INTO \"User\" VALUES (99, 'm')", "now 1")]
    [TestCase("DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;", Notes, "INSERT INTO notes VALUES (9)", "now 1")]
    [TestCase(
        "DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;", "CREATE TABLE notes AS SELECT 1 AS id",
        "UPDATE notes SET id = 9", "it deletes 1 row of public.notes, and 0 at the rehearsal", "DBG0513")]
    [TestCase(
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM notes WHERE id > 5'; SELECT f(); DROP FUNCTION f();",
        "CREATE TABLE notes AS SELECT 1 AS id", "INSERT INTO notes VALUES (9)", "it deletes 1 row of public.notes, and 0 at the rehearsal",
        "DBG0513")]
    public async Task Loss_that_was_none_at_the_rehearsal_stops_the_deploy(
        string sql, string? byHand, string late, string words, string code = "DBG0510")
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, byHand);
        var plan = await ApprovedAsync(project, rehearsed: true);
        await project.Database.ExecuteAsync(late);

        var problem = await UntouchedAsync(project, plan, code);

        Assert.That(problem.Cause, Does.Contain(words));
    }

    /// <summary>Rows that the migration does not touch may come.</summary>
    [TestCase("ALTER TABLE \"User\" DROP COLUMN mail;", "ALTER TABLE \"User\" ADD COLUMN mail text", "INSERT INTO \"User\" VALUES (99)")]
    [TestCase("DELETE FROM \"User\" WHERE id > 50;", null, "INSERT INTO \"User\" VALUES (49)")]
    [TestCase(
        "UPDATE \"User\" SET mail = 'x' WHERE mail IS NULL;", "ALTER TABLE \"User\" ADD COLUMN mail text",
        "INSERT INTO \"User\" VALUES (99, NULL), (98, 'm')")]
    [TestCase("DO $$ BEGIN INSERT INTO notes SELECT id FROM \"User\"; END $$;", Notes, "INSERT INTO notes VALUES (9)")]
    [TestCase(
        "DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;", "CREATE TABLE notes AS SELECT 1 AS id",
        "INSERT INTO notes VALUES (2)")]
    [TestCase("CREATE INDEX ON \"User\" (mail);", Mails, Late)]
    public async Task Loss_that_is_still_none_is_deployed(string sql, string? byHand, string late)
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, byHand);
        var plan = await ApprovedAsync(project, rehearsed: true);
        await project.Database.ExecuteAsync(late);

        (await project.ReleaseAsync(plan)).Expect(null);
    }

    [TestCase("ALTER TABLE \"User\" DROP COLUMN mail;", Mails, "UPDATE \"User\" SET mail = NULL WHERE id = 20")]
    [TestCase("ALTER TABLE \"User\" DROP COLUMN mail;", Mails, "INSERT INTO \"User\" (id) VALUES (99)")]
    [TestCase(
        "DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;", "CREATE TABLE notes AS SELECT generate_series(1, 12) AS id",
        "INSERT INTO \"User\" (id) VALUES (99)")]
    public async Task Loss_that_did_not_grow_is_deployed_and_shown(string sql, string byHand, string late)
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, byHand);
        var plan = await ApprovedAsync(project, rehearsed: true);
        await project.Database.ExecuteAsync(late);

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect(null);
        Assert.That(deploy.Result.Facts.Select(fact => fact.Name), Does.Contain("loss counted again").And.Contain("verified"));
    }

    /// <summary>Rows that row security hides from the deploy's role would be lost as well.</summary>
    [Test]
    public async Task Loss_is_counted_past_row_security()
    {
        await using var project = await PlannedProject.CreateAsync(Policy, "ALTER TABLE \"User\" DROP COLUMN mail;", Mails);
        var plan = await ApprovedAsync(project, rehearsed: true);
        await project.Database.ExecuteAsync(Late);
        await project.Database.ExecuteAsync("UPDATE \"User\" SET id = -id WHERE id > 100");

        await UntouchedAsync(project, plan, "DBG0510");
    }

    [Test]
    public async Task Unknown_loss_needs_the_approvals_of_a_loss()
    {
        await using var project =
            await PlannedProject.CreateAsync(Policy, "DO $$ BEGIN EXECUTE 'DELETE FROM \"User\" WHERE id <= 4'; END $$;");
        project.Environment = "production";
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);
        var before = await project.Database.DigestAsync();

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0540", ExitCode.Blocked);
        Assert.That(deploy.Result.Problems.First(problem => problem.IsBlocking).Message, Does.EndWith("has 1 of 2 approvals"));
        Assert.That(deploy.Result.Problems.First(problem => problem.IsBlocking).Cause, Does.Contain("the migrations were not rehearsed"));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    /// <summary>
    /// A short time limit keeps the rehearsal from counting what the block writes, so that nothing can be compared at the deploy.
    /// </summary>
    [Test]
    public async Task Code_whose_effect_nothing_compares_needs_the_approvals_of_a_loss()
    {
        await using var project = await PlannedProject.CreateAsync(
            Policy,
            "SET statement_timeout = '900ms'; DO $$ BEGIN IF (SELECT count(*) FROM \"User\") > 20 THEN "
                + "DELETE FROM \"User\"; END IF; END $$;");
        project.Environment = "production";
        var plan = await project.PlanAsync(rehearsed: true);
        (await project.ApproveAsync(plan)).Expect(null);

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0540", ExitCode.Blocked);
        Assert.That(
            deploy.Result.Problems.First(problem => problem.IsBlocking).Cause,
            Does.Contain("the rehearsal does not prove what this does in production").And.Contain("migration.sql:1"));
    }

    /// <summary>
    /// migrate-deploy alone, where no approvals are required otherwise: as a release, it makes a plan and waits for those of a loss.
    /// </summary>
    [Test]
    public async Task Deploy_that_nobody_planned_needs_the_approvals_of_a_loss()
    {
        await using var project =
            await PlannedProject.CreateAsync(
                """{ "production": { "required": 0 } }""", "DO $$ BEGIN EXECUTE 'DELETE FROM \"User\" WHERE id <= 4'; END $$;");
        project.Environment = "production";
        var before = await project.Database.DigestAsync();
        var deploy = await TakeAndDeployAsync(project);

        deploy.Expect("DBG0540", ExitCode.Blocked);
        Assert.That(deploy.Result.Problems.First(problem => problem.IsBlocking).Message, Does.EndWith("has 0 of 2 approvals"));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));

        var again = await TakeAndDeployAsync(project);
        Assert.That(
            again.Result.Problems.First(problem => problem.IsBlocking).Message,
            Is.EqualTo(deploy.Result.Problems.First(problem => problem.IsBlocking).Message),
            "the plan stays the same, so that it can be approved");
    }

    [Test]
    public async Task Deploy_that_nobody_planned_is_judged_by_the_rules()
    {
        await using var project = await PlannedProject.CreateAsync("""{ "production": { "required": 0 } }""", "DROP TABLE \"User\";");
        project.Environment = "production";
        var before = await project.Database.DigestAsync();

        var deploy = await TakeAndDeployAsync(project);

        Assert.That(
            (deploy.Result.IsBlocking, deploy.Result.AllProblems.First(problem => problem.IsBlocking).Code.Id[..5]),
            Is.EqualTo((true, "DBG02")));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Backup_that_is_too_old_is_renewed_before_the_deploy_and_what_a_restore_loses_is_shown()
    {
        await using var project = await PlannedProject.CreateAsync(Policy, PlannedProject.Sql);
        project.Environment = "production";
        var plan = await project.PlanAsync(rehearsed: true);
        (await project.ApproveAsync(plan)).Expect(null);
        await project.Database.ExecuteAsync("INSERT INTO \"User\" SELECT generate_series(1001, 1500)");

        var deploy = await project.ReleaseAsync(plan, options: ("backup-max-staleness", "0s"));

        deploy.Expect(null);
        Assert.That(Directory.GetFiles(project.Of("backups"), "*.sql.gz"), Has.Length.EqualTo(2));
        Assert.That(deploy.Result.Facts.Single(fact => fact.Name == "backup renewed").Value, Does.Contain("backup.maxStaleness"));
        Assert.That(deploy.Result.Facts.Single(fact => fact.Name == "a restore loses").Value, Does.Contain("about 0 rows"));
    }

    [Test]
    public async Task Backup_that_is_recent_stays_and_what_was_written_since_is_shown_everywhere()
    {
        await using var project = await PlannedProject.CreateAsync(Policy, PlannedProject.Sql);
        project.Environment = "production";
        GateReport page;
        await using (var run = project.Start([("requested-by", "ana")]))
        {
            (await run.ExecuteAsync(new BackupFirstStep(), default)).Expect(null);
            await project.Database.ExecuteAsync("INSERT INTO \"User\" SELECT generate_series(2001, 2200)");
            (await run.ExecuteAsync(new RehearseStep(), default)).Expect(null);
            (await run.ExecuteAsync(new PlanStep(), default)).Expect(null);
            page = run.Report();
        }

        var digest = page.Release!.Digest!;
        (await project.ApproveAsync(digest)).Expect(null);
        await project.Database.ExecuteAsync("INSERT INTO \"User\" SELECT generate_series(1001, 1500)");
        var deploy = await project.ReleaseAsync(digest);

        deploy.Expect(null);
        Assert.That(Directory.GetFiles(project.Of("backups"), "*.sql.gz"), Has.Length.EqualTo(1));
        Assert.That(ReleasePage.Render(page), Does.Match("A restore loses everything written since [0-9: -]+Z, about 200 rows"));
        Assert.That(
            page.Release!.Plan!.RollbackOptions[0].Basis, Does.Contain("it loses everything written since").And.Contain("about 200 rows"));
        Assert.That(deploy.Result.Facts.Single(fact => fact.Name == "a restore loses").Value, Does.Contain("about 700 rows"));
    }

    [Test]
    public async Task Clock_that_is_behind_cannot_tell_whether_a_plan_has_expired()
    {
        await using var project = await PlannedProject.CreateAsync(Policy);
        project.Clock.Shift = TimeSpan.FromMinutes(-20);
        var plan = await project.PrepareAsync(rehearsed: false, ("plan-expiry", "1s"));
        var digest = plan[^1].Result.Outputs.Single(output => output.Name == "digest").Value;

        Assert.That(plan[^1].Result.Problems.Select(problem => problem.Code.Id), Does.Contain("DBG0319"));
        project.Url = ""; // an approver without access to the database
        (await project.ApproveAsync(digest)).Expect("DBG0319", ExitCode.Blocked);
    }

    [Test]
    public async Task Approval_after_the_expiry_is_refused_by_the_databases_clock()
    {
        await using var project = await PlannedProject.CreateAsync(Policy);
        project.Clock.Shift = TimeSpan.FromSeconds(-50); // by the machine's clock the plan is still valid
        var plan = await project.PlanAsync(options: ("plan-expiry", "1s"));
        var expired = DateTimeOffset.UtcNow.AddSeconds(2);
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow > expired));

        (await project.ApproveAsync(plan)).Expect("DBG0533", ExitCode.Stale);
        Assert.That(Directory.Exists(project.Of("backups/approvals")), Is.False);
    }

    static async Task<StepReport> TakeAndDeployAsync(PlannedProject project)
    {
        await using var run = project.Start([("requested-by", "ana")]);
        (await run.ExecuteAsync(new BackupFirstStep(), default)).Expect(null);
        return await run.ExecuteAsync(new MigrateDeployStep(), default);
    }

    static async Task<string> ApprovedAsync(PlannedProject project, bool rehearsed, string? loss = null)
    {
        var steps = await project.PrepareAsync(rehearsed);
        Assert.That(steps, Is.All.Matches<StepReport>(report => !report.Result.IsBlocking));
        var plan = steps[^1].Result.Outputs.Single(output => output.Name == "digest").Value;
        var losses =
            string.Join(
                ';', System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(project.Of($"backups/plans/{plan}.json"))).RootElement
            .GetProperty("plan").TryGetProperty("rehearsal", out var rehearsal)
                ? rehearsal.GetProperty("losses").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)
                : []);
        Assert.That(losses, loss is null ? Is.Not.Null : Does.EndWith(loss));
        (await (losses.Length == 0 ? project.ApproveAsync(plan) : project.ApproveAsync(plan, "ben", ("accept-loss", losses)))).Expect(null);
        return plan;
    }

    static async Task<Problem> UntouchedAsync(PlannedProject project, string plan, string code)
    {
        var before = await project.Database.DigestAsync();
        var deploy = await project.ReleaseAsync(plan);
        deploy.Expect(code, ExitCode.Stale);
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
        return deploy.Result.AllProblems.First(problem => problem.IsBlocking);
    }
}

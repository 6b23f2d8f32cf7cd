using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Reports.Html;

namespace DbGate.Tests.Releases;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RehearsedReleases
{
    const string Policy = """{ "staging": { "required": 1, "dataLoss": 2 } }""";

    const string DropFilled = """
        ALTER TABLE "User" ADD COLUMN name text;
        UPDATE "User" SET name = 'n' WHERE id <= 12;
        ALTER TABLE "User" DROP COLUMN mail;
        """;

    [Test]
    public async Task Show_on_the_restored_backup_what_will_happen_and_compare_it_afterwards()
    {
        await using var project = await PlannedProject.CreateAsync();
        var steps = await project.PrepareAsync(rehearsed: true);

        steps[^1].Expect(null);
        Assert.That(
            steps[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.StartsWith("scratch: a throwaway server, PostgreSQL")
            .And.Some.EqualTo("object: column public.\"User\".name added")
            .And.Some.StartsWith("lock: ACCESS EXCLUSIVE on public.\"User\"")
            .And.Some.StartsWith("drift: none"));
        Assert.That(steps[^1].Result.NotChecked, Has.None.Contains("not rehearsed").And.None.Contains("drift"));

        var plan = steps[^1].Result.Facts.First(fact => fact.Name == "plan").Value;
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan);
        deploy.Expect(null);
        Assert.That(
            deploy.Result.Facts.Single(fact => fact.Name == "as rehearsed").Value, Does.StartWith("the catalog is the rehearsed one"));
    }

    [Test]
    public async Task Are_blocked_when_a_migration_fails_on_the_data_and_show_where()
    {
        await using var project = await PlannedProject.CreateAsync(
            sql: "ALTER TABLE \"User\" ADD COLUMN half int;\nALTER TABLE \"User\" ADD CONSTRAINT few CHECK (id < 15);\nSELECT 3;\n");
        var before = await project.Database.DigestAsync();
        var report = await project.ReportAsync(rehearsed: true);

        report.Steps[^1].Expect("DBG0560", ExitCode.Blocked);
        Assert.That(
            report.Steps[^1].Result.Problems.Single().Location,
            Is.EqualTo(new SourceLocation($"prisma/migrations/{PlannedProject.Pending}/migration.sql", 2, 1)));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
        var failed = report.Release!.FailedRehearsal!;
        Assert.That(
            (failed.Failure.Migration, failed.Failure.Place!.Statement, failed.Failure.Place.Line, failed.StatementsKept),
            Is.EqualTo((PlannedProject.Pending, 2, 2, 0)));
        Assert.That(
            ReleasePage.Render(report),
            Does.Contain("ADD COLUMN half int;</code>\n</pre>\n<p class=\"cost\"><b>")
                .And.Contain("<li class=\"fails\"><pre><code>ALTER TABLE &quot;User&quot; ADD CONSTRAINT few").And.Contain(
                    "<li class=\"unreached\"><pre><code>SELECT 3;"));
    }

    [Test]
    public async Task Lose_data_only_when_two_people_accept_the_number_by_its_name()
    {
        await using var project =
            await PlannedProject.CreateAsync(
                Policy, DropFilled, "ALTER TABLE \"User\" ADD COLUMN mail text; UPDATE \"User\" SET mail = 'm' WHERE id > 13");
        var plan = await project.PlanAsync(rehearsed: true);
        const string Loss = "public.\"User\".mail=7";

        (await project.ApproveAsync(plan)).Expect("DBG0543", ExitCode.Blocked);
        (await project.ApproveAsync(plan, "ben", ("accept-loss", "public.\"User\".mail=8"))).Expect("DBG0543", ExitCode.Blocked);
        (await project.ApproveAsync(plan, "ben", ("accept-loss", Loss))).Expect(null);
        (await project.ReleaseAsync(plan)).Expect("DBG0540", ExitCode.Blocked);
        (await project.ApproveAsync(plan, "cara", ("accept-loss", $"ColumnDropped:{Loss}"))).Expect(null);
        (await project.ReleaseAsync(plan)).Expect(null);
    }

    [Test]
    public async Task Show_what_was_changed_past_the_migrations()
    {
        await using var project = await PlannedProject.CreateAsync(byHand: "CREATE TABLE pushed (id int)");
        var rehearsal = (await project.PrepareAsync(rehearsed: true))[1];

        Assert.That(
            rehearsal.Result.Problems.Single().Cause, Is.EqualTo("table public.pushed is in the database, and no migration makes it"));
        Assert.That(rehearsal.Result.IsBlocking, Is.False);
    }

    [Test]
    public async Task Leave_a_schema_that_policy_ignores_out_of_the_drift()
    {
        await using var project =
            await PlannedProject.CreateAsync(byHand: "CREATE SCHEMA reporting; CREATE TABLE reporting.pushed (id int)");
        await File.WriteAllTextAsync(
            project.Of("dbgate.json"),
            """{ "approvals": { "staging": { "required": 0 } }, "drift": { "ignoreSchemas": ["reporting"] } }""");
        var rehearsal = (await project.PrepareAsync(rehearsed: true))[1];

        Assert.That(rehearsal.Result.Problems, Is.Empty);
        Assert.That(rehearsal.Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"), Has.Some.StartsWith("drift: none"));
    }

    /// <summary>
    /// What changes the schema before the deploy is refused (BrokenPromises); an engine that does more or less than the rehearsal is
    /// noticed afterwards, whatever its exit code and the ledger state. The plan is of an earlier run.
    /// </summary>
    [TestCase("-c 'CREATE TABLE meanwhile (id int)'", true, "1 object differs from the rehearsal: table public.meanwhile is there")]
    [TestCase(
        "-c 'GRANT SELECT ON \"User\" TO pg_monitor'", true,
        "1 object differs from the rehearsal: privileges on table public.\"User\": pg_monitor is SELECT, rehearsed none")]
    [TestCase(
        "", false,
        "the deploy reported success and changed nothing; the rehearsal changed 1 object: column public.\"User\".name is missing")]
    public async Task Block_when_the_deploy_came_out_otherwise(string more, bool applies, string words)
    {
        await using var project = await PlannedProject.CreateAsync();
        var server = await TestServer.SharedAsync();
        var psql = server.Local is { } local ? Path.Combine(local.Binaries.Folder, "psql") : "psql";
        var file = $"prisma/migrations/{PlannedProject.Pending}/migration.sql";
        await File.WriteAllTextAsync(project.Of("engine.sh"), $"""
            '{psql}' "$DATABASE_URL" -q {more} {(applies ? $"-f {file}" : "")} -c "insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ('x', '$(sha256sum < {file} | cut -c1-64)', '{PlannedProject.Pending}', now(), 1)"
            """);
        (string, string)[] engine = [("engine", "prisma"), ("migrate-command", "sh engine.sh")];
        var plan = await project.PlanAsync(rehearsed: true, engine);
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan, options: engine);

        deploy.Expect("DBG0565", ExitCode.MigrationFailed);
        Assert.That(deploy.Result.Problems.Single(problem => problem.IsBlocking).Message, Does.StartWith(words));
    }

    /// <summary>The deploy passes over it, and the backup has restored it as a valid one.</summary>
    [Test]
    public async Task Block_when_IF_NOT_EXISTS_passed_over_an_invalid_index()
    {
        await using var project = await PlannedProject.CreateAsync(
            sql: "CREATE INDEX IF NOT EXISTS user_id ON \"User\" (id);\nALTER TABLE \"User\" ADD COLUMN name text;\n",
            byHand: "CREATE INDEX user_id ON \"User\" (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'user_id'::regclass");
        var plan = await project.PlanAsync(rehearsed: true);
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0565", ExitCode.MigrationFailed);
        Assert.That(
            deploy.Result.Problems.Single(problem => problem.Code.Id == "DBG0565").Message,
            Does.StartWith("an index is invalid: index public.\"User\".user_id is invalid from before the deploy"));
    }

    /// <summary>
    /// Code that deletes from a table that no text names; a load next to it; and a table that grew out of all proportion meanwhile.
    /// </summary>
    [Test]
    public async Task Count_what_code_loses_and_compare_the_rows_afterwards()
    {
        const string Code =
            "ALTER TABLE \"User\" ADD COLUMN name text;\nINSERT INTO extra VALUES (1);\nDO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE "
                + "id > 5'; END $$;\n";
        await using var project =
            await PlannedProject.CreateAsync(
                sql: Code, byHand: "CREATE TABLE extra (id int); CREATE TABLE notes AS SELECT generate_series(1, 12) AS id");
        var steps = await project.PrepareAsync(rehearsed: true, ("rehearse-load", "true"));

        steps[^1].Expect(null);
        Assert.That(
            steps[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Does.Contain("data loss: 7 rows of public.notes are deleted").And.Some.StartsWith("under load: "));
        Assert.That(steps[^1].Result.NotChecked, Has.None.Contains("notes"));

        var plan = steps[^1].Result.Facts.First(fact => fact.Name == "plan").Value;
        (await project.ApproveAsync(plan, "ben", ("accept-loss", "public.notes=7"))).Expect(null);
        (await project.ApproveAsync(plan, "cara", ("accept-loss", "public.notes=7"))).Expect(null);
        await project.Database.ExecuteAsync("INSERT INTO extra SELECT generate_series(1001, 1200)");
        var deploy = await project.ReleaseAsync(plan);

        Assert.That(
            deploy.Result.Problems.Select(problem => (problem.Code.Id, problem.IsBlocking)), Is.EqualTo(new[] { ("DBG0578", false) }));
        Assert.That(deploy.Result.Problems[0].Message, Does.EndWith("public.extra has 201 rows, the rehearsal left 1"));
    }

    /// <summary>There the backup cannot be restored a second time, next to it: what any code may write to is hashed before.</summary>
    [Test]
    public async Task Count_what_code_loses_in_TEST_DATABASE_URL_too()
    {
        const string Code = "DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes WHERE id > 5'; END $$;\n";
        await using var scratch = await TestDatabase.CreateAsync();
        await using var project =
            await PlannedProject.CreateAsync(
                sql: Code, byHand: "CREATE TABLE notes AS SELECT generate_series(1, 12) AS id; CREATE TABLE kept AS SELECT 1 AS id");
        project.Variables["TEST_DATABASE_URL"] = scratch.UrlText;
        var report = await project.ReportAsync(rehearsed: true);

        report.Steps[^1].Expect(null);
        Assert.That(
            report.Steps[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Does.Contain("data loss: 7 rows of public.notes are deleted").And.Some.StartsWith("scratch: TEST_DATABASE_URL, PostgreSQL"));
        Assert.That(report.Release!.Plan!.Rehearsal!.Unchanged, Does.Contain("public.kept").And.Contain("public.\"User\""));
        Assert.That(report.NotChecked, Has.Some.StartsWith("drift: ").And.None.Contains("notes"));
    }

    [Test]
    public async Task Demand_a_backup_of_their_own()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.RunAsync(new RehearseStep())).Expect("DBG0561", ExitCode.Blocked);
    }

    [Test]
    public async Task May_be_switched_off_and_say_so()
    {
        await using var project = await PlannedProject.CreateAsync();
        var report = await project.RunAsync(new RehearseStep(), ("rehearsal", "off"));

        report.Expect(null);
        Assert.That(report.Result.NotChecked.Single(), Does.Contain("switched off"));
    }
}

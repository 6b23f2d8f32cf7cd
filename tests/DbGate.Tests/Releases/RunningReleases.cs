using System.Text.Json;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Compatibility;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Reports.Html;

namespace DbGate.Tests.Releases;

/// <summary>Whether a release asks if the running release survives it, and what follows.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RunningReleases
{
    const string ByHand = "ALTER TABLE \"User\" ADD COLUMN mail text; UPDATE \"User\" SET mail = 'secret@example.org' WHERE id = 1";
    const string DropMail = "ALTER TABLE \"User\" ADD COLUMN name text;\nALTER TABLE \"User\" DROP COLUMN mail;\n";

    const string Queries = """
        SELECT id FROM "User" WHERE id = $1;
        SELECT id, mail FROM "User" WHERE mail = 'secret@example.org';
        INSERT INTO "User" (id, mail) VALUES (1, 'secret@example.org');
        """;

    static readonly (string, string)[] Listed = [("compatibility-queries", "queries.sql")];

    static async Task<PlannedProject> ProjectAsync(string sql, string environment = "production", string? queries = Queries)
    {
        var project = await PlannedProject.CreateAsync(
            """{ "staging": { "required": 0 }, "production": { "required": 0, "dataLoss": 0 } }""", sql, ByHand);
        project.Environment = environment;
        if (queries is not null)
        {
            await File.WriteAllTextAsync(project.Of("queries.sql"), queries);
        }

        return project;
    }

    static Task<GateReport> RunAsync(PlannedProject project, params (string Option, string Value)[] options) =>
        RunAsync(project, [new BackupFirstStep(), new CompatibilityStep(), new PlanStep()], options);

    static async Task<GateReport> RunAsync(PlannedProject project, IStep[] steps, params (string Option, string Value)[] options)
    {
        await using var run = project.Start([("requested-by", "ana"), .. options]);
        foreach (var step in steps)
        {
            if ((await run.ExecuteAsync(step, default)).Result.IsBlocking)
            {
                break;
            }
        }

        return run.Report();
    }

    [Test]
    public async Task Block_production_and_name_the_statement_and_the_queries_without_their_values()
    {
        await using var project = await ProjectAsync(DropMail);
        var report = await RunAsync(project, Listed);
        var step = report.Steps[^1];

        step.Expect("DBG0590", ExitCode.Blocked);
        var problem = step.Result.Problems.Single();
        Assert.That(
            problem.Message, Does.StartWith("2 query shapes of the running release fail: column \"mail\""));
        Assert.That(
            problem.Location, Is.EqualTo(new SourceLocation($"prisma/migrations/{PlannedProject.Pending}/migration.sql", 2, 1)));
        Assert.That(step.Result.Summary, Does.StartWith("2 of 3 query shapes of the running release fail from")
            .And.EndWith("statement 2, on"));
        using var json = JsonDocument.Parse(step.Result.Json!);
        Assert.That(
            json.RootElement.GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("shape").GetString()),
            Is.EquivalentTo(new[] { "SELECT id, mail FROM \"User\" WHERE mail = ?", "INSERT INTO \"User\" (id, mail) VALUES (?, ?)" }));
        var page = ReleasePage.Render(report);
        Assert.That(page, Does.Contain(">Running release</span>").And.Contain("<strong>2 query shapes break</strong>"));
        Assert.That(page + JsonReport.Render(report) + string.Concat(step.Result.Files.Select(file => file.Text)),
            Does.Not.Contain("secret@"));
        Assert.That(
            step.Result.Files.Single(file => file.Name == "compatibility.sarif").Text,
            Does.Contain("\"startLine\": 2").And.Contain("\"level\": \"error\""));
    }

    [Test]
    public async Task Warn_outside_production_and_where_the_policy_says_so()
    {
        await using var staging = await ProjectAsync(DropMail, "staging");
        (await RunAsync(staging, Listed)).Steps[1].Expect(null);

        await using var project = await ProjectAsync(DropMail);
        var step = (await RunAsync(project, [.. Listed, ("compatibility", "warn")])).Steps[1];
        Assert.That(step.Result.Problems.Single() is { Code.Id: "DBG0590", Severity: Severity.Warning });
    }

    [Test]
    public async Task Are_safe_when_every_query_works_as_before()
    {
        await using var project = await ProjectAsync("ALTER TABLE \"User\" ADD COLUMN name text;\n");
        var report = await RunAsync(project, Listed);

        report.Steps[1].Expect(null);
        Assert.That(report.Steps[1].Result.Summary, Is.EqualTo("3 query shapes of the running release work as before"));
        Assert.That(ReleasePage.Render(report), Does.Contain("<strong>Safe</strong>"));
        Assert.That(report.Release!.Plan!.Compatibility!.Tested, Is.EqualTo(3));
    }

    [Test]
    public async Task Without_a_source_are_not_called_safe()
    {
        await using var project = await ProjectAsync(DropMail, queries: null);
        var report = await RunAsync(project);

        report.Steps[1].Expect(null);
        Assert.That(report.Steps[1].Result.Summary, Does.StartWith("not tested: pg_stat_statements: "));
        Assert.That(report.NotChecked, Has.Some.Contains("CREATE EXTENSION pg_stat_statements"));
        Assert.That(ReleasePage.Render(report), Does.Contain("<strong>Not tested</strong>").And.Not.Contain("<strong>Safe</strong>"));
        Assert.That(report.Release!.Plan!.NotChecked, Has.Some.Contains("the running release's queries"));
    }

    /// <summary>The release that is judged takes queries out of the list; the commit that runs still has them.</summary>
    [Test]
    public async Task Lose_no_query_by_a_commit_that_shortens_the_list()
    {
        await using var project = await ProjectAsync(DropMail);
        var deployed = await CommitAsync(project);
        await File.WriteAllTextAsync(project.Of("queries.sql"), "SELECT id FROM \"User\" WHERE id = $1;");
        var step = (await RunAsync(project, [.. Listed, ("compatibility-commit", deployed)])).Steps[^1];

        step.Expect("DBG0590", ExitCode.Blocked);
        Assert.That(step.Result.Summary, Does.StartWith("2 of 3 query shapes of the running release fail from"));
        Assert.That(
            step.Result.Facts.Single(fact => fact.Name == "queries").Value,
            Is.EqualTo($"queries.sql and queries.sql of commit {deployed[..8]}"));
        var unknown = (await RunAsync(project, [.. Listed, ("compatibility-commit", new string('0', 40))])).Steps[1];
        unknown.Expect(null);
        Assert.That(
            unknown.Result.NotChecked,
            Has.Some.StartsWith("running release: whether queries were taken out of queries.sql since the last "));
    }

    [Test]
    public async Task Without_statistics_are_those_of_the_model_of_the_commit_that_runs()
    {
        await using var project = await ProjectAsync(DropMail, queries: null);
        await File.WriteAllTextAsync(project.Of("prisma/schema.prisma"), "model User {\n  id Int @id\n  mail String?\n}\n");
        var deployed = await CommitAsync(project);
        await File.WriteAllTextAsync(project.Of("prisma/schema.prisma"), "model User {\n  id Int @id\n}\n");
        var step = (await RunAsync(project, ("compatibility-commit", deployed))).Steps[^1];

        step.Expect("DBG0590", ExitCode.Blocked);
        Assert.That(step.Result.Summary, Does.StartWith("3 of 5 query shapes of the running release fail from"));
        Assert.That(step.Result.Facts.Single(fact => fact.Name == "queries").Value, Is.EqualTo($"schema.prisma of commit {deployed[..8]}"));
        Assert.That(
            step.Result.NotChecked,
            Has.Some.EqualTo("running release: filters, joins and raw SQL of the application: schema.prisma of commit "
                + $"{deployed[..8]} does not hold them"));
    }

    /// <summary>The rehearsal plans them on the restored rows.</summary>
    [Test]
    public async Task Get_slower_with_the_statement_that_makes_the_missing_index()
    {
        await using var project = await PlannedProject.CreateAsync(
            """{ "production": { "required": 0, "dataLoss": 0 } }""", "DROP INDEX by_shop;\n",
            "CREATE TABLE sales (id int, shop int); INSERT INTO sales SELECT g, g % 1000 FROM generate_series(1, 30000) g; "
                + "CREATE INDEX by_shop ON sales (shop)");
        project.Environment = "production";
        await File.WriteAllTextAsync(project.Of("queries.sql"), "SELECT id FROM sales WHERE shop = $1;");
        var step = (await RunAsync(project, [new BackupFirstStep(), new RehearseStep(), new CompatibilityStep()], Listed)).Steps[^1];

        step.Expect(null);
        var problem = step.Result.Problems.Single(one => one.Code.Id == "DBG0550");
        Assert.That(problem.Message, Does.Contain("public.sales with about 30000 rows is read from end to end"));
        Assert.That($"{problem.Fix}", Does.Contain("CREATE INDEX CONCURRENTLY by_shop ON public.sales"));
        using var json = JsonDocument.Parse(step.Result.Json!);
        Assert.That(
            json.RootElement.GetProperty("shapes")[0].GetProperty("remedy").GetString(),
            Is.EqualTo("CREATE INDEX CONCURRENTLY by_shop ON public.sales USING btree (shop)"));
    }

    static async Task<string> CommitAsync(PlannedProject project)
    {
        Directory.Delete(project.Of(".git"), recursive: true);
        return await Migrations.Compatibility.DeployedModels.CommitAsync(project.Root);
    }

    [Test]
    public async Task Fail_in_a_maintenance_window_only_when_an_approver_accepts_it_by_name()
    {
        await using var project = await ProjectAsync(DropMail);
        var report = await RunAsync(
            project, [new BackupFirstStep(), new RehearseStep(), new CompatibilityStep(), new PlanStep()],
            [.. Listed, ("compatibility-maintenance", "true")]);
        report.Steps[^1].Expect(null);
        var (plan, digest) = (report.Release!.Plan!, report.Release.Digest!);

        Assert.That(report.Release.ApprovalsRequired, Is.AtLeast(1));
        Assert.That(plan.ToAccept.Select(one => one.Name), Has.Some.EqualTo("running-release=2"));
        var losses = string.Join(';', plan.Losses.Select(loss => loss.Name));
        var refused = await project.ApproveAsync(digest, "ben", ("accept-loss", losses));
        refused.Expect("DBG0543", ExitCode.Blocked);
        Assert.That(
            refused.Result.Problems.Single().Cause, Does.Contain("2 query shapes of the running release fail until the rollout ends"));
        (await project.ApproveAsync(digest, "ben", ("accept-loss", $"{losses};running-release=2"))).Expect(null);
    }

    [Test]
    public async Task Are_not_tested_to_the_end_where_a_statement_needs_rows()
    {
        await using var project = await ProjectAsync(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM \"User\") THEN RAISE EXCEPTION 'no rows'; END IF; END $$;\n" + DropMail);
        var step = (await RunAsync(project, Listed)).Steps[^1];

        step.Expect("DBG0591", ExitCode.Blocked);
        Assert.That(step.Result.Problems.Single().Message, Does.EndWith("no rows"));
    }

    /// <summary>The replay leaves out what writes rows; a function that an INSERT calls can do anything.</summary>
    [Test]
    public async Task Are_not_called_safe_where_the_replay_gives_another_schema_than_the_rehearsal()
    {
        IStep[] steps = [new BackupFirstStep(), new RehearseStep(), new CompatibilityStep()];
        await using var honest = await ProjectAsync("ALTER TABLE \"User\" ADD COLUMN name text;\nCREATE INDEX names ON \"User\" (name);\n");
        var safe = await RunAsync(honest, steps, Listed);
        safe.Steps[^1].Expect(null);
        Assert.That(safe.Steps[^1].Result.Summary, Does.EndWith("work as before"));
        Assert.That(safe.Steps[^1].Result.Problems, Is.Empty);

        await using var project = await ProjectAsync(
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE \"User\" DROP COLUMN mail'; "
                + "RETURN 99; END $$;\nCREATE TABLE numbers (n int);\nINSERT INTO numbers SELECT f();\n");
        var step = (await RunAsync(project, steps, Listed)).Steps[^1];
        step.Expect("DBG0591", ExitCode.Blocked);
        Assert.That(step.Result.Problems.First().Message, Does.Contain("came out otherwise than the rehearsal"));
    }

    [Test]
    public async Task Refuse_a_list_of_queries_that_cannot_be_read()
    {
        await using var project = await ProjectAsync(DropMail, queries: null);
        (await RunAsync(project, Listed)).Steps[^1].Expect("DBG0593", ExitCode.Usage);
    }

    [Test]
    public void Of_a_text_show_the_shape_only() => Assert.That(
        ShapeText.From("select /* trace 17 */ E'a\\'b', $$c$$, 12, \"Q\".x , $1 from t where a=-1.5 -- tail\n and b = U&'x';"),
        Is.EqualTo("select ?, ?, ?, \"Q\".x , $1 from t where a=-? and b = ?"));
}

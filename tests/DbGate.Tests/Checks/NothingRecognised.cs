using DbGate.Checks;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Gates;

namespace DbGate.Tests.Checks;

/// <summary>"Nothing recognised" is not "nothing to do".</summary>
[Parallelizable(ParallelScope.All)]
public sealed class NothingRecognised
{
    [Test]
    public async Task An_empty_list_of_checks_does_not_pass()
    {
        using var project = new GatedProject();
        await using var context = Fake.Context(project);
        Assert.That(
            () => CheckRunner.RunAsync([], context, CancellationToken.None),
            Throws.TypeOf<GateException>().With.Matches<GateException>(thrown => thrown.Problem.Code.Id == "DBG0127"));
        Assert.That(
            () => CheckRunner.RunAsync([Fake.Check(() => CheckResult.Skipped("not here"))], context, CancellationToken.None),
            Throws.TypeOf<GateException>().With.Matches<GateException>(thrown => thrown.Problem.Code.Id == "DBG0127"));
    }

    [Test]
    public async Task Summaries_count_what_ran()
    {
        using var project = new GatedProject();
        await using var context = Fake.Context(project);
        var some =
            await CheckRunner.RunAsync(
                [Fake.Check(() => CheckResult.Passed("yes")), Fake.Check(() => CheckResult.Skipped("no"))], context,
                CancellationToken.None);
        var failed =
            await CheckRunner.RunAsync(
                [Fake.Check(() => CheckResult.Failed("no", Fake.Problem())), Fake.Check(() => CheckResult.Skipped("no"))], context,
                CancellationToken.None);

        Assert.That(
            (CheckSummary.From(some), CheckSummary.From(failed)),
            Is.EqualTo(("1 of 1 checks passed, 1 skipped", "1 of 1 checks block: fake, 1 skipped")));
    }

    [TestCase("production", null, "DBG0129")]
    [TestCase("production", "true", null)]
    [TestCase("staging", null, null)]
    public async Task A_guard_over_nothing_blocks_production_unless_the_rules_state_that_there_is_nothing(
        string environment, string? none, string? code)
    {
        using var project = new GatedProject().With("readme.md", "nothing runs\n");
        var variables = new Dictionary<string, string> { ["DBGATE_ENVIRONMENT"] = environment };
        if (none is not null)
        {
            variables["DBGATE_NO_ENTRYPOINTS"] = none;
        }

        await using var run = new GateRunner(new GateContext(project.Read(variables)));
        var report = await run.ExecuteAsync(new ForbidDbPushStep(), CancellationToken.None);

        Assert.That(report.Result.Problems.FirstOrDefault(problem => problem.IsBlocking)?.Code.Id, Is.EqualTo(code));
        Assert.That(report.Result.NotChecked, Has.Some.StartsWith("what production runs"));
        Assert.That(run.Context.State.Guard is null, Is.EqualTo(code is not null));
    }

    /// <summary>Flat files of another tool, next to it nothing or next to it migrations that DbGate knows.</summary>
    [TestCase("V1__init.sql", false)]
    [TestCase("V2__orders.sql", true)]
    [TestCase("20240101_Init.cs", false)]
    [Category("Postgres")]
    public async Task Files_that_are_no_migrations_block_by_name(string file, bool besideOne)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject()
            .With($"db/migrations/{file}", "x")
            .With("db/migrations/README.md", "x")
            .With("db/migrations/.gitkeep", "");
        if (besideOne)
        {
            project.With("db/migrations/0001_init/migration.sql", "SELECT 1;\n");
        }

        var problems = await FindAsync(database, project);

        Assert.That(
            problems.Single(problem => problem.Code.Id == "DBG0218").Message,
            Does.EndWith($"contains 1 file that is not a migration: {file}"));
    }

    [TestCase("CREATE TABLE \"__EFMigrationsHistory\" (id int)", "public.\"__EFMigrationsHistory\"")]
    [TestCase(
        "CREATE TABLE flyway_schema_history (id int); CREATE TABLE _prisma_migrations (id varchar(36) primary key, checksum varchar(64), "
            + "finished_at timestamptz, migration_name varchar(255), logs text, rolled_back_at timestamptz, started_at timestamptz default "
            + "now(), applied_steps_count int default 0)", "public.flyway_schema_history")]
    [Category("Postgres")]
    public async Task Another_tools_ledger_blocks_by_name(string sql, string name)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(sql);
        using var project = new GatedProject().With("db/migrations/0001_init/migration.sql", "SELECT 1;\n");

        Assert.That((await FindAsync(database, project)).Single(problem => problem.Code.Id == "DBG0219").Message, Does.EndWith(name));
    }

    [Test]
    [Category("Postgres")]
    public async Task Another_applications_database_is_told_as_that()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE TABLE _prisma_migrations (id varchar(36) primary key, checksum varchar(64), finished_at timestamptz, migration_name "
                + "varchar(255), logs text, rolled_back_at timestamptz, started_at timestamptz default now(), applied_steps_count int "
                + "default 0);"
            + "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) SELECT g, 'x', 'theirs_' || "
            + "g, now(), 1 FROM generate_series(1, 117) g");
        using var project = new GatedProject()
            .With("db/migrations/0001_init/migration.sql", "SELECT 1;\n")
            .With("db/migrations/0002_more/migration.sql", "SELECT 2;\n");
        var problems = await FindAsync(database, project);

        Assert.That(problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0220" }));
        Assert.That(problems.Single().Message, Does.Contain("none of its 117 applied migrations is in this checkout"));
        Assert.That($"{problems.Single().Fix}", Does.StartWith("Correct ").And.Contain("DATABASE_URL"));
    }

    static async Task<IReadOnlyList<Problem>> FindAsync(TestDatabase database, GatedProject project)
    {
        await using var context = new GateContext(project.Read(new Dictionary<string, string>
        {
            ["DATABASE_URL"] = database.UrlText, ["DBGATE_ENGINE"] = "direct", ["DBGATE_MIGRATIONS"] = "db/migrations",
        }));
        var result =
            (await CheckRunner.RunAsync([new MigrationsCheck(beforeDeploy: true)], context, CancellationToken.None)).Single().Result;
        Assert.That(result.IsBlocking, Is.True, result.Details);
        return result.Problems;
    }
}

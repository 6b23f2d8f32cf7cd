using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Migrations.Compatibility;

namespace DbGate.Tests.Releases;

/// <summary><c>compatibility --from-schema</c>: the released commit's model on the repository's migrations, without production.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RunningReleasesFromSchema
{
    [Test]
    public async Task Warn_a_pull_request_and_name_the_statement()
    {
        using var project = await ProjectAsync();
        var step = await RunAsync(project);

        step.Expect(null);
        Assert.That(step.Result.Summary, Is.EqualTo(
            "4 of 6 query shapes of the running release fail from 20260202000000_drop, statement 1, on"));
        Assert.That(
            step.Result.Problems.Select(problem => (problem.Code.Id, problem.Severity)), Has.Some.EqualTo(("DBG0590", Severity.Warning)));
        Assert.That(step.Result.OnlyLooked);
        Assert.That(step.Result.Facts.Single(fact => fact.Name == "queries").Value,
            Does.Match("^schema.prisma of commit [0-9a-f]{8} and queries.sql and queries.sql of commit [0-9a-f]{8}$")
                .Or.Match("^schema.prisma of commit [0-9a-f]{8} and queries.sql of commit [0-9a-f]{8}$"));
        Assert.That(step.Result.NotChecked, Has.Some.StartsWith("the queries that production really gets"));
    }

    [Test]
    public async Task Block_where_the_pull_request_asks_as_production()
    {
        using var project = await ProjectAsync();
        (await RunAsync(project, ("environment", "production"))).Expect("DBG0590", ExitCode.Blocked);
    }

    [Test]
    public void Need_no_backup_and_no_target() => Assert.That(
        TaskCatalog.Order(new Dictionary<string, string> { ["from-schema"] = "" }, "compatibility").Select(task => task.Step!().GetType()),
        Is.EqualTo(new[] { typeof(CompatibilityFromSchemaStep) }));

    /// <summary>The pull request drops a column, takes it out of the model, and empties the list of queries.</summary>
    static async Task<GatedProject> ProjectAsync()
    {
        var project = new GatedProject()
            .With("dbgate.json", """{ "compatibility": { "queries": "queries.sql" } }""")
            .With("prisma/migrations/20260101000000_init/migration.sql", "CREATE TABLE \"User\" (id int PRIMARY KEY, mail text);\n")
            .With("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n")
            .With("prisma/schema.prisma", "model User {\n  id Int @id\n  mail String?\n}\n")
            .With("queries.sql", "SELECT count(*) FROM \"User\" WHERE mail LIKE $1;\n");
        _ = await DeployedModels.CommitAsync(project.Root);
        (await Shell.RunAsync("git", ["branch", "-M", "main"], project.Root)).Succeeded();
        return project
            .With("prisma/migrations/20260202000000_drop/migration.sql", "ALTER TABLE \"User\" DROP COLUMN mail;\n")
            .With("prisma/schema.prisma", "model User {\n  id Int @id\n}\n")
            .With("queries.sql", "SELECT 1;\n");
    }

    static async Task<StepReport> RunAsync(GatedProject project, params (string Option, string Value)[] more)
    {
        var settings = project.Read(
            [], new Dictionary<string, string>(more.Select(one => KeyValuePair.Create(one.Option, one.Value)))
            {
                ["project"] = project.Root,
            });
        await using var run = new GateRunner(new GateContext(settings, GateServices.Real));
        return await run.ExecuteAsync(new CompatibilityFromSchemaStep(), default);
    }
}

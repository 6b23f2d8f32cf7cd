using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates.Steps;

/// <summary>What the doctor reports of the programs that a target needs.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Doctors
{
    [Test]
    public async Task Tell_where_the_clients_come_from_and_where_a_rehearsal_would_take_place()
    {
        var server = await TestServer.SharedAsync();
        var local = server.Local ?? throw new IgnoreException("The server is another machine's.");

        var facts = await LookAsync(new() { ["DATABASE_URL"] = server.Url.Reveal() });

        var major = local.Binaries.Version.Major;
        Assert.That(facts["pg_dump"], Does.StartWith($"{major}."));
        Assert.That(facts["scratch"], Is.EqualTo($"a throwaway server {local.Binaries.Version} from {local.Binaries.Folder}"));
    }

    [Test]
    public async Task Tell_of_the_database_that_is_set_aside_for_it()
    {
        var url = (await TestServer.SharedAsync()).Url.Reveal();

        var facts = await LookAsync(new() { ["DATABASE_URL"] = url, ["TEST_DATABASE_URL"] = url });

        Assert.That(facts["scratch"], Is.EqualTo("TEST_DATABASE_URL"));
    }

    /// <summary>Two looks need the target.</summary>
    [Test]
    public async Task Tell_once_that_the_target_is_missing()
    {
        using var project = new GatedProject().With("prisma/migrations/1/migration.sql", "SELECT 1;\n");
        await using var context = new GateContext(project.Read([], new() { ["engine"] = "direct" }), GateServices.Real);

        var result = await new DoctorStep().RunAsync(context, CancellationToken.None);

        Assert.That(
            result.Problems.Select(problem => (problem.Code.Id, problem.Cause)),
            Is.EqualTo(new[] { ("DBG0005", "DATABASE_URL is not set in the environment, .env.development or .env") }));
        Assert.That(result.Summary, Is.EqualTo("1 thing is missing"));
    }

    /// <summary>A release to production would be blocked at its first check.</summary>
    [Test]
    public async Task Do_not_say_that_nothing_is_missing_before_a_release_that_blocks()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("prisma/migrations/1/migration.sql", "SELECT 1;\n");
        await using var context = new GateContext(
            project.Read(
                new() { ["DATABASE_URL_PROD"] = database.Url.WithParameter("sslmode", "disable").Reveal() },
                new() { ["engine"] = "direct", ["environment"] = "production" }),
            GateServices.Real);

        var result = await new DoctorStep().RunAsync(context, CancellationToken.None);

        Assert.That(result.Problems.Select(problem => problem.Code.Id), Is.SupersetOf(new[] { "DBG0102", "DBG0104", "DBG0121" }));
        Assert.That(result.Summary, Does.EndWith("things are missing"));
        Assert.That(
            result.Facts.Where(fact => fact.Name is "last backup" or "restore test").Select(fact => fact.Value),
            Is.EqualTo(new[] { "none", "none: whether a backup restores is not known" }));
        Assert.That(
            result.Facts.Single(fact => fact.Name == "restore test").Commands.Select(command => CommandStyle.Tool.Line(command)),
            Is.EqualTo(new[] { "dbgate backup --environment=production", "dbgate restore-test --environment=production" }),
            "there is nothing to test yet");
    }

    [Test]
    public async Task Say_that_production_was_not_looked_at()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("prisma/migrations/1/migration.sql", "SELECT 1;\n");
        await using var context = new GateContext(
            project.Read(new() { ["DATABASE_URL"] = database.UrlText }, new() { ["engine"] = "direct" }), GateServices.Real);

        var result = await new DoctorStep().RunAsync(context, CancellationToken.None);

        Assert.That(result.Summary, Does.StartWith("nothing is missing for development; production was not looked at"));
    }

    static async Task<Dictionary<string, string>> LookAsync(Dictionary<string, string> variables)
    {
        using var project = new GatedProject();
        await using var context = new GateContext(project.Read(variables, []), GateServices.Real);
        var result = await new DoctorStep().RunAsync(context, CancellationToken.None);
        return result.Facts.Where(fact => fact.Name is "pg_dump" or "scratch").ToDictionary(fact => fact.Name, fact => fact.Value);
    }
}

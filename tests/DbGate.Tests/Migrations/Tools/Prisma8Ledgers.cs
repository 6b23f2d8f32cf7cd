using DbGate.Gates.Steps;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Tests.Releases;
using Npgsql;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>
/// Prisma 8: packages and a ledger that <c>prisma@8.0.0-rc.19</c> wrote (Fixtures/prisma8), two of three migrations applied.
/// </summary>
[Category("Postgres")]
[NonParallelizable] // one database for all
public sealed class Prisma8Ledgers
{
    const string First = "20261130T1840_init";
    const string Second = "20261130T1841_age";
    const string Third = "20261130T1841_nick";

    static readonly string Fixtures = Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Migrations", "Tools", "Fixtures");

    TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    static GatedProject Project(params string[] names)
    {
        var project = ToolTrial.Project(("prisma.config.ts", "import { defineConfig } from '@prisma/orm-postgres/config';\n"));
        foreach (var (name, file) in names.SelectMany(name => new[] { (name, "migration.json"), (name, "ops.json") }))
        {
            project.With($"migrations/app/{name}/{file}", File.ReadAllText(Path.Combine(Fixtures, "prisma8", "app", name, file)));
        }

        return project;
    }

    async Task ExpectAsync(GatedProject project, string codes, string? sql = null)
    {
        await ToolTrial.PrepareAsync(database, File.ReadAllText(Path.Combine(Fixtures, "prisma8-two-of-three.sql")));
        await database.ExecuteAsync(sql ?? "SELECT 1");
        var result = await ToolTrial.JudgeAsync(database, project);
        Assert.That(
            ToolTrial.Codes(result), Is.EqualTo(codes),
            string.Join('\n', result.Problems.Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}")));
    }

    [Test]
    public async Task Are_judged_as_the_tool_wrote_them()
    {
        using var applied = Project(First, Second);
        await ExpectAsync(applied, "");
        using var pending = Project(First, Second, Third);
        await ExpectAsync(pending, "DBG0201");
        Assert.That(
            MigrationProject.Locate(pending.Read()).InWords,
            Is.EqualTo("Prisma 8: migrations/app/20261130T1840_init/ops.json is a package of Prisma 8"));
    }

    /// <summary>The statements of ops.json are what runs, so rules and rehearsal read them.</summary>
    [Test]
    public void Give_the_sql_of_their_operations()
    {
        using var project = Project(First, Second, Third);
        var script = MigrationProject.Locate(project.Read()).ReadFolder().Migrations.Single(one => one.Name == Third).Split();

        Assert.That(
            script.Statements.Select(statement => statement.Text),
            Is.EqualTo(new[]
            {
                "ALTER TABLE \"public\".\"User\" DROP COLUMN \"username\"", "ALTER TABLE \"public\".\"User\" ADD COLUMN \"nick\" text",
            }));
        var lines = File.ReadAllLines(project.Of($"migrations/app/{Third}/ops.json"));
        Assert.That(
            script.Statements.Select(statement => lines[script.Locate(statement).Line!.Value - 1]),
            Has.All.Contains("\"sql\": \"ALTER TABLE"), "places are those of the file");
    }

    [TestCase("an edited operation", "DBG0205 DBG0226")]
    [TestCase("a migration that is gone", "DBG0206 DBG0226")]
    [TestCase("two migrations that begin at one contract", "DBG0201 DBG0223")]
    [TestCase("a contract that no migration makes", "DBG0226")]
    public async Task Block(string what, string codes)
    {
        using var project = Project(what is "a migration that is gone" ? [Second] : [First, Second]);
        switch (what)
        {
            case "an edited operation":
                var file = $"migrations/app/{Second}/ops.json";
                project.With(file, File.ReadAllText(project.Of(file)).Replace("int4", "int8", StringComparison.Ordinal));
                break;
            case "two migrations that begin at one contract":
                foreach (var name in new[] { "migration.json", "ops.json" })
                {
                    project.With(
                        $"migrations/app/20261201T0000_other/{name}", File.ReadAllText(project.Of($"migrations/app/{Second}/{name}")));
                }

                break;
            case "a contract that no migration makes":
                project.With("src/prisma/contract.json", """{ "storage": { "storageHash": "0000" } }""");
                break;
        }

        await ExpectAsync(project, codes);
    }

    /// <summary>What <c>db update</c> or <c>db sign</c> leaves: the tool itself would call it up to date.</summary>
    [Test]
    public async Task Block_when_the_marker_is_not_what_the_migrations_made()
    {
        using var project = Project(First, Second);
        await ExpectAsync(project, "DBG0226", "UPDATE prisma_contract.marker SET core_hash = 'other'");
    }

    [Test]
    public async Task Block_a_project_of_another_prisma()
    {
        using var project = ToolTrial.Project(("prisma/schema.prisma", "x"), ("prisma/migrations/1_a/migration.sql", "SELECT 1;\n"));
        await ExpectAsync(project, "DBG0210");
    }

    /// <summary>The key is hashtext of what the release candidate locks.</summary>
    [Test]
    public async Task Show_a_running_deploy_by_its_lock()
    {
        using var project = Project(First, Second);
        await using var other = await database.ConnectAsync();
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('prisma_8.contract.marker:public:app'))", other))
        {
            await take.ExecuteNonQueryAsync();
        }

        await ExpectAsync(project, "DBG0203");
    }

    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("prisma8").InstallAsync);

    /// <summary>Twelve migrations that the release candidate plans and applies, the last one in a release with its rehearsal.</summary>
    [Test]
    [Category("Nightly")]
    [Platform("Linux")]
    public async Task Release_a_history_of_twelve_migrations()
    {
        using var project = ToolTrial.Project(
            ("prisma.config.ts", """
                import { definePrismaConfig } from '@prisma/cli-engine';
                import { defineConfig as ormConfig } from '@prisma/orm-postgres/config';
                export default definePrismaConfig({ orm: ormConfig({ contract: './src/contract.prisma', db: { connection: process.env['DATABASE_URL']! } }) });
                """),
            ("package.json", """{ "type": "module", "dependencies": { "prisma": "8.0.0-rc.19" } }"""),
            ("dbgate.json", """{ "approvals": { "staging": { "required": 0 } } }"""),
            (".git/HEAD", new string('a', 40) + "\n"));
        Directory.CreateSymbolicLink(project.Of("node_modules"), Path.Combine(await Installed.Value, "node_modules"));
        await using var real = await TestDatabase.CreateAsync();
        const string Command = "node node_modules/.bin/prisma db migrate";
        string? previous = null;
        for (var number = 1; number <= 11; number++)
        {
            previous = await PlanAsync(project, number, previous);
        }

        (await ToolRelease.RunAsync(project, Command, real, "development", new MigrateDeployStep())).Passed();
        await real.ExecuteAsync("INSERT INTO \"User\" (id) SELECT generate_series(1, 20)");
        Assert.That((await ToolTrial.JudgeAsync(real, project)).Details, Is.EqualTo("11/11 migrations applied"));

        previous = await PlanAsync(project, 12, previous);
        var release = (await ToolRelease.RunAsync(project, Command, real, "staging", ToolRelease.Chain)).Passed();

        Assert.That(
            release[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.EqualTo("object: column public.\"User\".f12 added").And.Some.StartsWith("drift: none"), release[1].Result.Summary);
        Assert.That(
            release[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value, Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(real, project)).Details, Is.EqualTo("12/12 migrations applied"));

        // A failure leaves no row; the report never calls the database unchanged.
        await PlanAsync(project, 13, previous);
        await real.ExecuteAsync("ALTER TABLE \"User\" ADD COLUMN f13 int");
        (await ToolRelease.RunAsync(project, Command, real, "development", new MigrateDeployStep()))[^1]
            .Expect("DBG0502", DbGate.Problems.ExitCode.MigrationFailed);
        Assert.That((await ToolTrial.JudgeAsync(real, project)).Details, Is.EqualTo("Migration issues: 1 pending"));
    }

    static async Task<string> PlanAsync(GatedProject project, int number, string? previous)
    {
        project.With(
            "src/contract.prisma",
            $"// use prisma-8\nmodel User {{\n  id Int @id\n"
                + $"{string.Concat(Enumerable.Range(1, number).Select(one => $"  f{one} String?\n"))}}}\n");
        await PrismaAsync(project, "contract", "emit");
        await PrismaAsync(
            project,
            ["migration", "plan", "--name", $"m{number}", "--yes", .. previous is null ? Array.Empty<string>() : ["--from", previous]]);
        return Directory.GetDirectories(project.Of("migrations/app"), $"*_m{number}").Select(one => Path.GetFileName(one)!).Single();
    }

    static async Task PrismaAsync(GatedProject project, params string[] arguments) =>
        (await Shell.RunAsync(
            project.Of("node_modules/.bin/prisma"), arguments, project.Root,
            new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/x", ["CI"] = "1", ["DO_NOT_TRACK"] = "1",
            }))
            .Succeeded();
}

using System.Text.Json;
using DbGate.CommandGuard;
using DbGate.CommandGuard.Reports;

namespace DbGate.Tests.CommandGuard;

/// <summary>The class of a command follows from the database that it reaches; messages name the environment and the kinds.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Targets
{
    [Test]
    public void Blocks_in_development_where_the_environment_file_names_another_machine()
    {
        var verdict =
            Judge(
                "npx prisma db push --force-reset", "development",
                (".env", "DATABASE_URL=\"postgresql://postgres:pw@db.example.com:12345/app\"\n"));

        Assert.That(
            (verdict.Blocks, verdict.Reason),
            Is.EqualTo(
                (true,
                    "prisma db push may lose data: it makes the database match the schema file and drops what the file does not have; "
                        + "DATABASE_URL in .env is a database on another machine")));
    }

    [TestCase("postgresql://localhost/app")]
    [TestCase("postgresql://postgres:pw@127.0.0.1:5432/app")]
    public void Passes_in_development_where_the_environment_file_names_this_machine(string url) =>
        Assert.That(Judge("npx prisma db push", "development", (".env", $"DATABASE_URL={url}\n")).Blocks, Is.False);

    [Test]
    public void Blocks_where_a_file_named_for_tests_names_another_machine() =>
        Assert.That(
            Judge(
                "npx dotenv -e .env.test -- npx prisma db push", "development",
                (".env.test", "DATABASE_URL=postgres://db.example.com/app\n")).Blocks, Is.True);

    [TestCase("npx dotenv -e .env.test -- npx prisma db push")]
    [TestCase("docker compose -f docker-compose.dev.yml exec api npx prisma db push")]
    [TestCase("DATABASE_URL=postgres://localhost/app npx prisma db push")]
    public void Passes_in_production_where_the_line_itself_names_development(string line) =>
        Assert.That(Judge(line, "production").Blocks, Is.False);

    [Test]
    public void Does_not_take_the_local_file_for_production() =>
        Assert.That(Judge("npx prisma db push", "production", (".env", "DATABASE_URL=postgres://localhost/app\n")).Blocks, Is.True);

    [Test]
    public void Calls_staging_staging()
    {
        var report = new GuardCase("staging", [("environment", "staging")],
        [
            (".github/workflows/deploy.yml",
                "on: { push: { branches: [main] } }\njobs:\n  x:\n    environment: staging\n    steps:\n      - run: npx prisma db push\n  "
                    + "      env: { DATABASE_URL: \"${{ secrets.DATABASE_URL }}\" }\n"),
        ]).Inspect();

        Assert.That(CommandGuardProblems.From(report).Single().Message, Does.StartWith("staging reaches prisma db push: "));
    }

    [Test]
    public void Summarises_by_kind()
    {
        var report =
            Starting(
                "npx prisma db push\nflyway clean\n", (".env.production", "PRISMA_DB_PUSH_ALLOWED=true\n"),
                ("compose.yml", "services: [\n"));

        Assert.That(
            ChainText.Kinds(report),
            Does.StartWith(
                "1 path reaches flyway clean; 1 path reaches prisma db push; 1 file sets PRISMA_DB_PUSH_ALLOWED; 1 file "
                    + "cannot be read: ").Or.StartWith(
                        "1 path reaches prisma db push; 1 path reaches flyway clean; 1 file sets PRISMA_DB_PUSH_ALLOWED; 1 file "
                            + "cannot be read: "));
    }

    [Test]
    public void Has_different_fingerprints_for_two_commands_of_one_file()
    {
        var prints =
            Results(Starting("npx prisma db push --schema a.prisma\nnpx prisma db push --schema b.prisma\nflyway clean\nflyway clean\n"))
            .Select(result => result.GetProperty("partialFingerprints").GetProperty("dbgateChain/v2").GetString()).ToList();

        Assert.That((prints.Count, prints.Distinct().Count()), Is.EqualTo((4, 4)));
    }

    [Test]
    public void Has_help_and_an_address_for_each_rule()
    {
        using var sarif = JsonDocument.Parse(GuardSarif.Render(Starting("flyway clean\n"), "1.0.0"));
        foreach (var rule in sarif.RootElement.GetProperty("runs")[0]
            .GetProperty("tool")
            .GetProperty("driver")
            .GetProperty("rules")
            .EnumerateArray())
        {
            Assert.Multiple(() =>
            {
                Assert.That(rule.GetProperty("helpUri").GetString(), Does.StartWith("https://"));
                Assert.That(rule.GetProperty("help").GetProperty("text").GetString(), Has.Length.GreaterThan(40));
                Assert.That(rule.GetProperty("fullDescription").GetProperty("text").GetString(), Does.EndWith("."));
            });
        }
    }

    [Test]
    public void Warns_of_migrations_outside_the_release_and_blocks_where_the_rules_say_so()
    {
        var project = new GuardCase("bypass", [],
        [
            ("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"node\", \"main.js\"]\n"),
            ("main.js", "const { DataSource } = require('typeorm');\nnew DataSource({ migrationsRun: true });\n"),
        ]);
        var (warned, blocked) = (project.Inspect(), project.Inspect(new GuardPolicy { BypassBlocks = true }));
        Assert.Multiple(() =>
        {
            Assert.That(
                (warned.Blocks, CommandGuardProblems.From(warned).Single().Severity, CommandGuardProblems.From(warned).Single().Code.Id),
                Is.EqualTo((false, DbGate.Problems.Severity.Warning, "DBG0413")));
            Assert.That(blocked.Blocks, Is.True);
        });
    }

    static IEnumerable<JsonElement> Results(GuardReport report) =>
        [.. JsonDocument.Parse(GuardSarif.Render(report, "1.0.0")).RootElement.GetProperty("runs")[0]
            .GetProperty("results")
            .EnumerateArray()];

    static GuardReport Starting(string script, params (string, string)[] others) =>
        new GuardCase(
            "start", [], [("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"sh\", \"start.sh\"]\n"), ("start.sh", script), .. others])
                .Inspect();

    static CommandVerdict Judge(string line, string environment, params (string Name, string Text)[] files)
    {
        var root = Directory.CreateTempSubdirectory("dbgate-target-").FullName;
        try
        {
            foreach (var (name, text) in files)
            {
                File.WriteAllText(Path.Combine(root, name), text);
            }

            return Guard.Classify(line, environment, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}

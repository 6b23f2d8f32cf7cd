using DbGate.CommandGuard;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.CommandGuard;

/// <summary>What DbGate itself executes is judged before anything else.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OwnCommands
{
    [TestCase("npx --no-install prisma db push --accept-data-loss", true)]
    [TestCase("./tools/go.sh", true)]
    [TestCase("npx --no-install prisma migrate deploy", false)]
    public void Are_followed_into_the_scripts_that_they_start(string command, bool blocks)
    {
        using var project = Project(command);
        var report = Inspect(project);

        Assert.That(report.Findings.Any(finding => finding.Blocks), Is.EqualTo(blocks));
        if (blocks)
        {
            Assert.That(report.Findings[0].Path.ToString(), Does.StartWith("dbgate.json:1").And.Contain("migrations.command"));
        }
    }

    [TestCase("npx --no-install prisma db push")]
    [TestCase("./tools/go.sh")]
    public void Are_not_exempted_by_a_policy(string command)
    {
        using var project = Project(command, """, "guard": { "ignore": ["**"], "development": ["**"] }""");

        Assert.That(Inspect(project).Findings.Any(finding => finding.Blocks), Is.True);
    }

    [TestCase("psql postgresql://127.0.0.1:5432/shop -c 'drop schema public cascade'", Description = "the address of a proxy")]
    [TestCase("psql -h localhost -c 'drop schema public cascade'")]
    [TestCase("dotenv -e .env.test -- npx prisma db push", Description = "the run's own variables win over the file")]
    [TestCase("./tools/maybe.sh", Description = "NODE_ENV is not set in a release")]
    public void Are_those_of_production_whatever_they_name(string command)
    {
        using var project = Project(command);
        project.With("tools/maybe.sh", "#!/bin/sh\nif [ \"$NODE_ENV\" != production ]; then npx prisma db push; fi\n")
            .With(".env.test", "A=1\n");

        Assert.That(Inspect(project).Findings.Any(finding => finding.Blocks), Is.True);
    }

    [Test]
    public void Of_a_variable_are_judged_too()
    {
        using var project = new GatedProject().With("package.json", "{}");
        var settings =
            project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production", ["DBGATE_MIGRATE_COMMAND"] = "npx prisma migrate reset --force" });
        var report = Guard.Inspect(GuardRequests.For(new GateContext(settings)));

        Assert.That(report.Findings.Single(finding => finding.Blocks).Path.ToString(), Does.Contain("DBGATE_MIGRATE_COMMAND"));
    }

    [Test]
    public void That_report_the_backups_of_an_engine_are_judged_too()
    {
        using var project = new GatedProject().With("package.json", "{}").With("tools/proof.sh", "#!/bin/sh\nnpx prisma db push\n");
        var settings = project.Read(new()
        {
            ["DBGATE_ENVIRONMENT"] = "production", ["DBGATE_BACKUP_EXTERNAL_COMMAND"] = "./tools/proof.sh shop",
        });
        var report = Guard.Inspect(GuardRequests.For(new GateContext(settings)));

        Assert.That(
            report.Findings.Single(finding => finding.Blocks).Path.ToString(),
            Does.Contain("DBGATE_BACKUP_EXTERNAL_COMMAND").And.Contain("backup.externalCommand"));
    }

    [Test]
    public void That_report_the_tools_status_are_named_by_their_setting()
    {
        using var project = new GatedProject().With("package.json", "{}")
            .With("dbgate.json", """{ "migrations": { "statusCommand": "npx prisma db push" } }""");

        Assert.That(
            Inspect(project).Findings.Single(finding => finding.Blocks).Path.ToString(),
            Does.Contain("\"migrations.statusCommand\"").And.Not.Contain("migrations.command"));
    }

    /// <summary>Without a setting it is the tool's usual command, which loads the configuration of the project.</summary>
    [Test]
    public void That_are_not_set_start_the_projects_configuration()
    {
        using var project = new GatedProject()
            .With("package.json", """{ "devDependencies": { "prisma": "6.1.0" } }""")
            .With("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n")
            .With("prisma.config.ts", "import { execSync } from 'node:child_process';\nexecSync('npx prisma db push');\n");

        Assert.That(Inspect(project).Findings.Any(finding => finding.Blocks), Is.True);
    }

    static GatedProject Project(string command, string more = "") => new GatedProject()
        .With("package.json", "{}")
        .With("tools/go.sh", "#!/bin/sh\nnpx prisma migrate deploy\nnpx prisma db push --accept-data-loss\n")
        .With("dbgate.json", $$"""{ "migrations": { "command": "{{command}}" }{{more}} }""");

    static GuardReport Inspect(GatedProject project) =>
        Guard.Inspect(GuardRequests.For(new GateContext(project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production" }))));
}

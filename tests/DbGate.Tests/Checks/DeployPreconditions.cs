using DbGate.Checks;
using DbGate.Migrations.Tools;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Checks;

/// <summary>What a deploy needs is examined before anyone is asked to approve.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DeployPreconditions
{
    [TestCase("npx --no-install prisma migrate deploy", "npx node", "node_modules/prisma/package.json", null)]
    [TestCase("npx --no-install prisma migrate deploy", "npx node", null, "DBG0013")]
    [TestCase("npx --no-install prisma migrate deploy", "npx", "node_modules/prisma/package.json", "DBG0012")]
    [TestCase("npx --no-install prisma migrate deploy", "", "node_modules/prisma/package.json", "DBG0012")]
    [TestCase("npx prisma migrate deploy", "npx node", null, null)]
    [TestCase("dotnet ef database update", "dotnet", null, null)]
    [TestCase("dotnet ef database update", "", null, "DBG0501")]
    [TestCase("./migrate.sh", "", "migrate.sh", null)]
    [TestCase("./migrate.sh", "", null, "DBG0501")]
    public void Name_the_missing_program(string command, string programs, string? file, string? code)
    {
        using var project = new GatedProject();
        foreach (var program in programs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            project.With($"bin/{program}", "");
        }

        project.With(file ?? "none", "");
        Assert.That(DeployTools.OfCommand(project.Root, command, [project.Of("bin")]).SingleOrDefault()?.Code.Id, Is.EqualTo(code));
    }

    /// <summary>Packages that were installed without their scripts have no engine; a deploy would download it, or fail.</summary>
    [TestCase("node_modules/@prisma/engines/schema-engine-debian-openssl-3.0.x", null, null)]
    [TestCase("node_modules/@prisma/engines/package.json", null, "DBG0080")]
    [TestCase("node_modules/@prisma/engines/package.json", "own/schema-engine", null)]
    [TestCase("node_modules/@prisma/engines/package.json", "own/missing", "DBG0080")]
    [TestCase("none", null, null, Description = "another layout shows nothing")]
    public void Name_a_missing_schema_engine(string file, string? named, string? code)
    {
        using var project = new GatedProject()
            .With("node_modules/prisma/package.json", "{}").With("own/schema-engine", "").With(file, "");

        Assert.That(PrismaEngineFile.Missing(project.Root, named)?.Code.Id, Is.EqualTo(code));
    }

    [Test]
    public void Find_Prisma_in_a_folder_above()
    {
        using var project = new GatedProject()
            .With("bin/npx", "")
            .With("bin/node", "")
            .With("node_modules/prisma/package.json", "{}")
            .With("apps/shop/package.json", "{}");
        Assert.That(
            DeployTools.OfCommand(project.Of("apps/shop"), "npx --no-install prisma migrate deploy", [project.Of("bin")]), Is.Empty);
    }

    [Test]
    [Category("Postgres")]
    public async Task Block_while_something_is_pending_and_the_engine_is_missing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("prisma/migrations/1_a/migration.sql", "SELECT 1;\n");
        await using var context =
            new GateContext(
                project.Read(
                    new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText, ["DBGATE_MIGRATE_COMMAND"] = "./missing.sh" }));
        var result =
            (await CheckRunner.RunAsync([new MigrationsCheck(beforeDeploy: true)], context, CancellationToken.None)).Single().Result;

        Assert.That((result.IsBlocking, result.Problems.Last().Code.Id), Is.EqualTo((true, "DBG0501")));
    }

    /// <summary>The command of the problem's page, as the page has it.</summary>
    [Test]
    [Category("Postgres")]
    public async Task Of_a_role_without_rights_end_with_the_grant_of_their_page()
    {
        const string page = "docs/problems/DBG0512.md";
        var role = $"deployer_{Guid.NewGuid():N}";
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'x1'");
        try
        {
            using var project = new GatedProject().With("prisma/migrations/1_a/migration.sql", "SELECT 1;\n");
            var settings =
                project.Read(
                    new() { ["DATABASE_URL"] = (database.Url with { User = role, Password = "x1" }).Reveal(), ["DBGATE_ENGINE"] =
                        "direct" });
            var before = await ExamineAsync(settings);
            var line =
                (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, page)))
                    .Single(line => line.StartsWith("    psql ", StringComparison.Ordinal))
                    .Trim();
            var server = await TestServer.SharedAsync();
            var granted =
                await Shell.RunAsync(
                    "sh", ["-c", line.Replace("TO deployer", $"TO {role}", StringComparison.Ordinal)], project.Root,
                    new Dictionary<string, string?>
            {
                ["ADMIN_URL"] = database.UrlText.Split('?')[0],
                ["PATH"] = string.Join(
                    Path.PathSeparator,
                    new[] { server.Local?.Binaries.Folder, Environment.GetEnvironmentVariable("PATH") }.OfType<string>()),
            });

            Assert.That(before.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0512" }));
            Assert.That(before.Single().Fix!.Commands.Single(), Is.TypeOf<ProgramCommand>());
            Assert.That(
                before.Single().Message, Does.Contain($"role {role} lacks a privilege that the deploy needs: CREATE on schema public"));
            Assert.That(granted.ExitCode, Is.Zero, granted.Everything);
            Assert.That(await ExamineAsync(settings), Is.Empty);

            await database.ExecuteAsync("CREATE TABLE _prisma_migrations (id text)");
            Assert.That(
                await PrintedGrantAsync(await ExamineAsync(settings)),
                Is.EqualTo($"GRANT SELECT, INSERT, UPDATE ON TABLE \"public\".\"_prisma_migrations\" TO \"{role}\""));
            Assert.That(await ExamineAsync(settings), Is.Empty);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }

        async Task<string> PrintedGrantAsync(IReadOnlyList<Problem> problems)
        {
            var command = (ProgramCommand)problems.Single().Fix!.Commands.Single();
            var statement = command.Arguments[^1].Text;
            await database.ExecuteAsync(statement);
            return statement;
        }

        static async Task<IReadOnlyList<Problem>> ExamineAsync(Settings settings)
        {
            await using var context = new GateContext(settings);
            return await DeployTools.ExamineAsync(context, CancellationToken.None);
        }
    }
}

using DbGate.Migrations.Tools;
using System.Text;
using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Starter;

/// <summary>The task <c>init</c> on real projects.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class InitializedProjects
{
    static readonly JsonDocumentOptions Commented = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    static async Task<StepResult> InitAsync(string folder, params (string Name, string Value)[] variables)
    {
        await using var context = new GateContext(SettingsReader.Read(
            new Dictionary<string, string> { ["project"] = folder }, variables.ToDictionary(one => one.Name, one => one.Value), folder));
        return await new InitStep().RunAsync(context, CancellationToken.None);
    }

    static string Read(Wallet wallet, string path) => File.ReadAllText(Path.Combine(wallet.Folder, path));

    static Dictionary<string, string> Content(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);

    [Test]
    public async Task Have_settings_that_DbGate_and_editors_take()
    {
        using var wallet = Wallet.Copy();
        await InitAsync(wallet.Folder);
        var text = Read(wallet, "dbgate.json");

        Assert.That(() => ProjectFile.Parse(Encoding.UTF8.GetBytes(text)), Throws.Nothing);
        Assert.That(
            new JsonSchema(JsonDocument.Parse(Read(wallet, "dbgate.schema.json")).RootElement)
                .Validate(JsonDocument.Parse(text, Commented).RootElement), Is.Empty);
        Assert.That(text, Does.Contain("Found: Prisma 7.10.1, npm, 4 migrations in prisma/migrations"));
        Assert.That(text, Does.Contain("\"command\": \"npx --no-install prisma migrate deploy\""));
    }

    [Test]
    public async Task Without_Prisma_have_their_plain_migrations_found()
    {
        using var project = new GatedProject().With("db/migrations/0001_init/migration.sql", "SELECT 1;\n");
        var result = await InitAsync(project.Root);

        Assert.That(
            result.Facts.Where(fact => fact.Name is "prisma" or "migrations").Select(fact => fact.Value),
            Is.EqualTo(new[] { "not found", "1 in db/migrations" }));
        Assert.That(PrismaProject.Locate(project.Read()).MigrationsFolder, Is.EqualTo(project.Of("db/migrations")));
    }

    [TestCase("pnpm-lock.yaml", "pnpm exec prisma migrate deploy")]
    [TestCase("yarn.lock", "yarn prisma migrate deploy")]
    [TestCase("bun.lock", "bun run prisma migrate deploy")]
    public async Task Deploy_by_their_own_package_manager(string lockFile, string command)
    {
        using var wallet = Wallet.Copy();
        File.Move(Path.Combine(wallet.Folder, "package-lock.json"), Path.Combine(wallet.Folder, lockFile));
        await InitAsync(wallet.Folder);

        Assert.That(Read(wallet, "dbgate.json"), Does.Contain($"\"command\": \"{command}\""));
    }

    [Test]
    public async Task Whose_schema_is_a_package_of_its_own_deploy_from_that_package()
    {
        using var project = new GatedProject();
        project.With("package.json", """{ "workspaces": ["packages/*"], "packageManager": "yarn@4.12.0" }""");
        project.With("packages/prisma/package.json", """{ "name": "@links/prisma", "dependencies": { "prisma": "^6.10.1" } }""");
        project.With("packages/prisma/schema.prisma", "datasource db { provider = \"postgresql\" }");
        project.With("packages/prisma/migrations/20260101000000_init/migration.sql", "select 1;");
        await InitAsync(project.Root);

        Assert.That(
            File.ReadAllText(project.Of("dbgate.json")),
            Does.Contain("\"command\": \"yarn workspace @links/prisma prisma migrate deploy\"").And.Contain(
                "\"folder\": \"packages/prisma/migrations\""));
    }

    [TestCase("path: folderOf('migrations')")]
    [TestCase("...shared")]
    public async Task Whose_configuration_computes_the_folder_have_the_only_one_found(string migrations)
    {
        using var project = new GatedProject();
        project.With("package.json", """{ "dependencies": { "prisma": "7.9.1" } }""");
        project.With("prisma.config.ts", $"export default defineConfig({{ migrations: {{ {migrations} }} }});");
        project.With("db/prisma/migrations/migration_lock.toml", "provider = \"postgresql\"");
        project.With("db/prisma/migrations/20260101000000_init/migration.sql", "select 1;");
        await InitAsync(project.Root);

        Assert.That(
            File.ReadAllText(project.Of("dbgate.json")),
            Does.Contain("Prisma 7.9.1").And.Contain("1 migration in db/prisma/migrations").And.Contain(
                "\"folder\": \"db/prisma/migrations\""));
    }

    [TestCase("package-lock.json", "npm exec --no --workspace=apps/api -- prisma migrate deploy")]
    [TestCase("pnpm-lock.yaml", "pnpm --dir=apps/api exec prisma migrate deploy")]
    [TestCase("yarn.lock", "yarn workspace @shop/api prisma migrate deploy")]
    public async Task Of_several_packages_deploy_the_one_that_uses_Prisma(string lockFile, string command)
    {
        using var project = new GatedProject();
        project.With("package.json", """{ "workspaces": ["apps/*"] }""");
        project.With(lockFile, "");
        project.With("apps/web/package.json", "{}");
        project.With("apps/api/package.json", """{ "name": "@shop/api", "dependencies": { "prisma": "7.1.0" } }""");
        project.With("apps/api/prisma/schema.prisma", "datasource db { provider = \"postgresql\" }");
        project.With("apps/api/prisma/migrations/20260101000000_init/migration.sql", "select 1;");
        await InitAsync(project.Root);
        var text = File.ReadAllText(project.Of("dbgate.json"));

        Assert.That(
            text,
            Does.Contain($"\"command\": \"{command}\"").And.Contain("\"folder\": \"apps/api/prisma/migrations\"").And.Contain(
                "Prisma 7.1.0"));
        Assert.That(() => ProjectFile.Parse(Encoding.UTF8.GetBytes(text)), Throws.Nothing);
    }

    [Test]
    public async Task Of_several_packages_with_Prisma_are_told_to_give_each_its_settings()
    {
        using var project = new GatedProject();
        project.With("package.json", "{}");
        project.With("apps/api/prisma/schema.prisma", "");
        project.With("apps/jobs/prisma/schema.prisma", "");
        var result = await InitAsync(project.Root);

        var workspaces = result.Facts.Single(fact => fact.Name == "workspaces");
        Assert.That(workspaces.Value, Does.StartWith("migrations are in apps/api, apps/jobs: "));
        Assert.That(
            workspaces.Commands.Select(CommandStyle.BuildScript.Line), Is.EqualTo(new[] { "./build.sh --target=init --project=apps/api" }));
    }

    [Test]
    public async Task Without_Node_use_the_direct_engine()
    {
        using var wallet = Wallet.Copy();
        File.Delete(Path.Combine(wallet.Folder, "package.json"));
        await InitAsync(wallet.Folder);

        Assert.That(Read(wallet, "dbgate.json"), Does.Contain("\"engine\": \"direct\"").And.Not.Contain("\"command\""));
        Assert.That(Read(wallet, ".github/workflows/dbgate.yml"), Does.Not.Contain("prepare:"));
    }

    [Test]
    public async Task Are_told_of_their_database_and_its_pooler_without_the_secret()
    {
        using var wallet = Wallet.Copy();
        var result =
            await InitAsync(
                wallet.Folder,
                ("DATABASE_URL_PROD", "postgresql://shop:hunter2@ep-blue-pooler.eu-central-1.aws.neon.tech/shop?sslmode=require"));

        Assert.That(result.Facts.Single(fact => fact.Name == "database").Value, Is.EqualTo("Neon, through a pooler: set DIRECT_URL too"));
        Assert.That(Content(wallet.Folder).Values.Concat(result.Facts.Select(fact => fact.Value)), Has.None.Contains("hunter2"));
    }

    [Test]
    public async Task Keep_what_exists_byte_for_byte()
    {
        using var wallet = Wallet.Copy();
        File.WriteAllText(Path.Combine(wallet.Folder, "dbgate.json"), "{ \"environment\": \"staging\" }");
        File.WriteAllText(Path.Combine(wallet.Folder, ".gitignore"), "node_modules\r\n.env*");
        var before = Content(wallet.Folder);
        await InitAsync(wallet.Folder);
        var after = Content(wallet.Folder);

        Assert.That(before.Where(file => file.Key != ".gitignore" && after[file.Key] != file.Value), Is.Empty);
        Assert.That(
            after[".gitignore"],
            Is.EqualTo("node_modules\r\n.env*\r\n\r\n# DbGate: secrets, backups and reports\r\nbackups/\r\nartifacts/dbgate/\r\n"));
        Assert.That(after.Keys.Except(before.Keys), Is.EquivalentTo(new[] { "dbgate.schema.json", ".github/workflows/dbgate.yml" }));
    }

    [Test]
    public async Task Change_nothing_the_second_time()
    {
        using var wallet = Wallet.Copy();
        await InitAsync(wallet.Folder);
        var before = Content(wallet.Folder);
        var result = await InitAsync(wallet.Folder);

        Assert.That(Content(wallet.Folder), Is.EqualTo(before));
        Assert.That(result.Summary, Is.EqualTo("nothing was missing"));
    }

    [Test]
    public async Task Of_another_pipeline_get_no_workflow_and_are_told()
    {
        using var wallet = Wallet.Copy();
        Directory.Delete(Path.Combine(wallet.Folder, ".github"), recursive: true);
        File.WriteAllText(Path.Combine(wallet.Folder, "Jenkinsfile"), "pipeline { }\n");
        var result = await InitAsync(wallet.Folder);

        Assert.That(Directory.Exists(Path.Combine(wallet.Folder, ".github")), Is.False);
        Assert.That(result.Facts.Single(fact => fact.Name == ".github/workflows/dbgate.yml").Value, Does.Contain("Jenkinsfile"));
    }

    [Test]
    public async Task Have_a_workflow_that_the_guard_passes()
    {
        using var wallet = Wallet.Copy();
        await InitAsync(wallet.Folder);
        await using var context = new GateContext(SettingsReader.Read(
            new Dictionary<string, string> { ["project"] = wallet.Folder, ["environment"] = "production" },
            new Dictionary<string, string>(), wallet.Folder));
        var result = await new ForbidDbPushStep().RunAsync(context, CancellationToken.None);

        Assert.That(result.IsBlocking, Is.False, string.Join('\n', result.AllProblems.Select(problem => problem.Message)));
    }

    [Test]
    public async Task Whose_folder_cannot_be_written_say_which_file()
    {
        using var wallet = Wallet.Copy();
        Directory.Delete(Path.Combine(wallet.Folder, ".github"), recursive: true);
        File.WriteAllText(Path.Combine(wallet.Folder, ".github"), "in the way");

        Assert.That(
            async () => await InitAsync(wallet.Folder),
            Throws.TypeOf<DbGate.Problems.GateException>().With.Message.Contains(".github/workflows/dbgate.yml"));
    }
}

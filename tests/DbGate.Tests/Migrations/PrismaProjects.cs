using DbGate.Migrations;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations;

[Parallelizable(ParallelScope.All)]
public sealed class PrismaProjects
{
    static string Folder(GatedProject project) => Path.GetRelativePath(project.Root, PrismaProject.Locate(project.Read()).MigrationsFolder);

    static IEnumerable<string> ConfigNames =>
        from stem in new[] { "prisma.config", "prisma7.config", ".config/prisma", ".config/prisma7", ".config/prisma.config",
            "prisma.config/index" }
        from extension in new[] { "js", "ts", "mjs", "cjs", "mts", "cts" }
        select $"{stem}.{extension}";

    [TestCaseSource(nameof(ConfigNames))]
    public void Read_the_path_from_every_kind_of_config_file_relative_to_it(string name)
    {
        using var project = new GatedProject().With(name, "export default { migrations: { path: './db/migrations' } }");

        Assert.That(Folder(project), Is.EqualTo(Path.Combine(Path.GetDirectoryName(name)!, "db", "migrations")));
    }

    [Test]
    public void Prefer_the_config_of_Prisma_7()
    {
        using var project = new GatedProject()
            .With("prisma.config.js", "export default { schema: 'old/schema.prisma' }")
            .With("prisma7.config.ts", "export default { schema: 'new/schema.prisma' }");

        Assert.That(Folder(project), Is.EqualTo("new/migrations"));
    }

    [TestCase("export default defineConfig({ schema: 'db/schema.prisma', migrations: { path: 'db/m' } })", "db/m")]
    [TestCase("module.exports = { \"schema\": \"db/schema.prisma\", \"migrations\": { \"path\": \"db/m\", seed: 'x' } }", "db/m")]
    [TestCase("export default { schema: 'db/schema.prisma' }", "db/migrations")]
    [TestCase("export default { schema: 'db/schema.prisma', migrations: { seed: 'tsx seed.ts' } }", "db/migrations")]
    [TestCase(
        "// schema: 'old/schema.prisma'\nexport default { schema: `db/schema.prisma`, /* migrations: { path: 'x' } */ }", "db/migrations")]
    [TestCase(
        "export default { datasource: { url: 'postgresql://h//db' } }", "prisma/migrations",
        TestName = "Two slashes in a text are no comment")]
    public void Read_literals(string config, string folder)
    {
        using var project = new GatedProject().With("prisma.config.ts", config);

        Assert.That(Folder(project), Is.EqualTo(folder));
    }

    [TestCase(".config/prisma.ts", "join(__dirname, '..', 'prisma', 'migrations')", "prisma/migrations")]
    [TestCase(".config/prisma.ts", "path.resolve(process.cwd(), 'db/migrations')", "db/migrations")]
    [TestCase("prisma.config.ts", "path.join(import.meta.dirname, 'db', 'migrations',)", "db/migrations")]
    [TestCase("prisma.config.ts", "path.join('db', \"migrations\")", "db/migrations")]
    public void Read_literals_that_a_config_joins(string file, string path, string folder)
    {
        using var project = new GatedProject().With(
            file,
            $"import path, {{ join }} from 'node:path';\nexport default defineConfig({{ migrations: {{ path: {path}, seed: `node ${{x}}` "
                + $"}} }});");

        Assert.That(PrismaProject.Locate(project.Read()).MigrationsFolder, Is.EqualTo(project.Of(folder)));
    }

    [Test]
    public void Name_the_folders_that_were_found_when_a_config_cannot_be_read()
    {
        using var project = new GatedProject()
            .With("prisma.config.ts", "export default { migrations: shared }")
            .With("db/migrations/migration_lock.toml", "provider = \"postgresql\"");

        Assert.That(
            () => PrismaProject.Locate(project.Read()),
            Failure.From(
                "DBG0216",
                problem => problem.Cause == "migration folders in the project: db/migrations"
                    && problem.Fix!.ToString().Contains("\"folder\": \"db/migrations\"")));
    }

    [TestCase("export default { migrations: { path: process.env.MIGRATIONS } }")]
    [TestCase("export default { migrations: { path: `${root}/migrations` } }")]
    [TestCase("export default { migrations: { path: 'a/' + name } }")]
    [TestCase("import path from 'node:path'; export default { migrations: { path: path.join('a', name) } }")]
    [TestCase("import { resolve } from 'node:path'; export default { migrations: { path: resolve('a') } }")]
    [TestCase("export default { migrations: { path } }")]
    [TestCase("export default { migrations: shared }")]
    [TestCase("export default { migrations }")]
    [TestCase("export default { migrations: { ...shared } }")]
    [TestCase("export default { schema: path.join('prisma', 'schema.prisma') }")]
    [TestCase("export default { schema: 'prisma/' + name }")]
    [TestCase("export default { schema }")]
    public void Refuse_to_guess_what_a_config_computes(string config)
    {
        using var project = new GatedProject().With("prisma.config.ts", config);

        Assert.That(
            () => PrismaProject.Locate(project.Read()), Failure.From("DBG0216", problem => problem.Location!.File == "prisma.config.ts"));
    }

    [Test]
    public void Believe_the_setting_before_a_config_that_computes()
    {
        using var project = new GatedProject()
            .With("prisma.config.ts", "export default { schema }")
            .With("dbgate.json", """{ "migrations": { "folder": "db/m" } }""");

        Assert.That(Folder(project), Is.EqualTo("db/m"));
    }

    [Test]
    public void Take_the_folder_of_the_datasource_in_a_schema_of_several_files()
    {
        using var project = new GatedProject()
            .With("prisma.config.ts", "export default { schema: 'db' }")
            .With("db/a/user.prisma", "model User {}\n// datasource old {")
            .With("db/b/main.prisma", "generator client {}\n\ndatasource db {\n  provider = \"postgresql\"\n}");

        Assert.That(Folder(project), Is.EqualTo("db/b/migrations"));
    }

    [Test]
    public void Take_the_schema_of_the_package()
    {
        using var project = new GatedProject().With("package.json", """{ "prisma": { "schema": "db/schema.prisma" } }""");

        Assert.That(Folder(project), Is.EqualTo("db/migrations"));
    }

    [TestCase("prisma/schema.prisma", "prisma/migrations")]
    [TestCase("schema.prisma", "migrations")]
    [TestCase("nothing", "prisma/migrations")]
    public void Take_the_default_places(string file, string folder)
    {
        using var project = new GatedProject().With(file, "");

        Assert.That(Folder(project), Is.EqualTo(folder));
    }

    [TestCase("""{ "prisma": { "schema": 7 } }""")]
    [TestCase("""{ "prisma": [] }""")]
    [TestCase("[1]")]
    [TestCase("{ broken")]
    public void Do_not_stumble_over_a_strange_package(string package)
    {
        using var project = new GatedProject().With("package.json", package).With("node_modules/prisma/package.json", package);

        Assert.That(Folder(project), Is.EqualTo("prisma/migrations"));
    }

    [TestCase("""{ "devDependencies": { "prisma": "^6.19.3" } }""", "6.19.3")]
    [TestCase("""{ "dependencies": { "@prisma/prisma7": "7.10.1" } }""", "7.10.1")]
    [TestCase("""{ "dependencies": { "prisma": "latest" } }""", null)]
    [TestCase("""{ "dependencies": { "prisma": 7 } }""", null)]
    [TestCase("{}", null)]
    public void Know_the_declared_version(string package, string? version)
    {
        using var project = new GatedProject().With("package.json", package);

        Assert.That(PrismaProject.Locate(project.Read()).Version?.ToString(), Is.EqualTo(version));
    }

    [Test]
    public void Believe_the_installed_version_before_the_declared_one()
    {
        using var project = new GatedProject()
            .With("package.json", """{ "devDependencies": { "prisma": "^6.1.0" } }""")
            .With("node_modules/prisma/package.json", """{ "version": "6.19.3" }""");

        Assert.That(PrismaProject.Locate(project.Read()).Version, Is.EqualTo(new Version(6, 19, 3)));
    }
}

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Ledgers that real tools from npm write, read by DbGate.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class LedgersOfRealTools
{
    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("migration-tools").InstallAsync);

    const string Connect = "import pg from 'pg';\n";

    /// <summary>What shows the tool, how one migration is written, and the program that deploys.</summary>
    static (string File, string Text)[] Base(string tool) => tool switch
    {
        "knex" => [
            ("package.json", "{ \"dependencies\": { \"knex\": \"3\" } }"),
            ("knexfile.js", "module.exports = { client: 'pg', connection: process.env.DATABASE_URL };\n")],
        "drizzle" => [("run.mjs", Connect + """
            import { drizzle } from 'drizzle-orm/node-postgres';
            import { migrate } from 'drizzle-orm/node-postgres/migrator';
            const client = new pg.Client(process.env.DATABASE_URL);
            await client.connect();
            await migrate(drizzle(client), { migrationsFolder: 'drizzle' });
            await client.end();
            """)],
        _ => [("package.json", "{ \"dependencies\": { \"kysely\": \"0.28\" } }"), ("run.mjs", Connect + """
            import { Kysely, PostgresDialect, Migrator, FileMigrationProvider } from 'kysely';
            import { promises as fs } from 'fs';
            import path from 'path';
            const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL }) }) });
            const { error } = await new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder: path.resolve('migrations') }) }).migrateToLatest();
            await db.destroy();
            if (error) throw error;
            """)],
    };

    static void Add(GatedProject project, string tool, int number, long[]? times = null)
    {
        var (name, sql) = ($"2026010{number}_m", $"CREATE TABLE t{number} (id int)");
        if (tool == "drizzle")
        {
            times ??= [1, 2, 3];
            project.With($"drizzle/{number:0000}_m.sql", sql + ";\n--> statement-breakpoint\nSELECT 1;\n")
                .With(
                    "drizzle/meta/_journal.json",
                    $"{{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":["
                        + $"{string.Join(',', Enumerable.Range(1, number).Select(one =>
                            $"{{\"idx\":{one - 1},\"version\":\"7\",\"when\":{1700000000000 + times[one - 1]},"
                                + $"\"tag\":\"{one:0000}_m\",\"breakpoints\":true}}"))}]}}");
            return;
        }

        project.With(tool == "kysely" ? $"migrations/{name}.mjs" : $"migrations/{name}.js", tool switch
        {
            "knex" => $"exports.up = k => k.raw('{sql}'); exports.down = k => k.raw('DROP TABLE t{number}');\n",
            _ => $"import {{ sql }} from 'kysely';\nexport const up = db => sql`{sql}`.execute(db);\n",
        });
    }

    static string[] Command(string tool) => tool switch
    {
        "knex" => ["node_modules/knex/bin/cli.js", "migrate:latest"],
        _ => ["run.mjs"],
    };

    static async Task<GatedProject> ProjectAsync(string tool)
    {
        var project = ToolTrial.Project(Base(tool));
        Directory.CreateSymbolicLink(project.Of("node_modules"), Path.Combine(await Installed.Value, "node_modules"));
        Add(project, tool, 1);
        Add(project, tool, 2);
        return project;
    }

    static async Task DeployAsync(GatedProject project, TestDatabase database, string tool) =>
        (await Shell.RunAsync("node", Command(tool), project.Root, new Dictionary<string, string?> { ["DATABASE_URL"] = database.UrlText }))
            .Succeeded();

    [TestCase("knex")]
    [TestCase("drizzle")]
    [TestCase("kysely")]
    public async Task Are_judged_as_the_tool_wrote_them(string tool)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = await ProjectAsync(tool);
        await DeployAsync(project, database, tool);
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("2/2 migrations applied"));

        Add(project, tool, 3);
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("Migration issues: 1 pending"));
        await DeployAsync(project, database, tool);
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("3/3 migrations applied"));
    }

    /// <summary>The real Drizzle exits 0 and leaves it out; DbGate reports it before.</summary>
    [Test]
    public async Task Of_drizzle_skip_an_earlier_time_silently()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = await ProjectAsync("drizzle");
        await DeployAsync(project, database, "drizzle");
        Add(project, "drizzle", 3, [1, 2, 0]);

        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project)), Does.Contain("DBG0224"));
        await DeployAsync(project, database, "drizzle");
        Assert.That(await database.ScalarAsync<bool>("SELECT to_regclass('t3') IS NULL"), Is.True);
    }

    /// <summary>The first deploy of 1.0 gives the rows of 0.x their names; DbGate knows them before it as Drizzle does then.</summary>
    [Test]
    public async Task Of_drizzle_are_known_when_the_files_are_those_of_1()
    {
        using var tool = await FullTool.CreateAsync("drizzle");
        await using var database = await TestDatabase.CreateAsync();
        string[] files = [.. Enumerable.Range(1, 3).Select(number => tool.Add(number, $"CREATE TABLE t{number} (id int)"))];
        await RunAsync("run.mjs");

        // As drizzle-kit up converts them. All three are of one second, so the hash decides.
        foreach (var (index, file) in files.Index())
        {
            tool.Files.With($"drizzle/20231114221320_m{index}/migration.sql", await File.ReadAllTextAsync(tool.Files.Of(file)))
                .With($"drizzle/20231114221320_m{index}/snapshot.json", "{}");
            Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, tool.Files)), Does.Contain("DBG0224"), "both kinds of files");
            File.Delete(tool.Files.Of(file));
        }

        Directory.Delete(tool.Files.Of("drizzle/meta"), recursive: true);
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("3/3 migrations applied"));
        tool.Files.With("drizzle/20260101000000_m/migration.sql", "CREATE TABLE t4 (id int);")
            .With("drizzle/20260101000000_m/snapshot.json", "{}")
            .With("run-1.mjs", FullTool.Drizzle("drizzle-orm-1"));
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("Migration issues: 1 pending"));
        await RunAsync("run-1.mjs");
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("4/4 migrations applied"));

        async Task RunAsync(string program) => (await Shell.RunAsync(
            "node", [program], tool.Files.Root, new Dictionary<string, string?> { ["DATABASE_URL"] = database.UrlText })).Succeeded();
    }
}

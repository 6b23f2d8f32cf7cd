using DbGate.Checks;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Where tools report success, and something is wrong; and ledgers that nothing can be stated about.</summary>
[Category("Postgres")]
[NonParallelizable] // one database for all
public sealed class Traps
{
    /// <param name="Name">What is wrong.</param>
    /// <param name="Tool">Whose history of <see cref="Histories"/> it begins with.</param>
    /// <param name="Codes">What blocks.</param>
    public sealed record Trap(string Name, string Tool, string Codes)
    {
        /// <summary>Makes the ledger wrong.</summary>
        public string Sql { get; init; } = "SELECT 1";

        /// <summary>Files that are added or changed.</summary>
        public (string File, string Text)[] Files { get; init; } = [];

        /// <summary>Files that are removed.</summary>
        public string[] Without { get; init; } = [];

        /// <summary>The tool that the settings name; null: it is detected.</summary>
        public string? Setting { get; init; }

        public override string ToString() => $"{Tool}: {Name}";
    }

    const string Sql1 = "SELECT 1;\n";

    static IEnumerable<Trap> All =>
    [
        // What the tool itself would pass over.
        new("a time that is not later is silently skipped", "drizzle",
            "DBG0201 DBG0224") { Files = [("drizzle/meta/_journal.json", Journal(1700000000001, 1700000000000))] },
        new("a file that the journal does not list never runs", "drizzle",
            "DBG0201 DBG0224") { Files = [("drizzle/0003_loose.sql", Sql1)] },
        new("an edited file", "drizzle", "DBG0201 DBG0205") { Files = [("drizzle/0001_b.sql", "SELECT 2;\n")] },
        new("a journal entry without a file", "drizzle", "DBG0213") { Without = ["drizzle/0002_c.sql"] },
        new("TypeScript compiled to JavaScript", "knex", "DBG0201 DBG0206 DBG0226") { Files = [("migrations/2_b.ts", "x")],
            Without = ["migrations/2_b.js"] },
        new("a lock that was left behind", "knex", "DBG0201 DBG0225") { Sql = "UPDATE knex_migrations_lock SET is_locked = 1" },
        new("a lock that was left behind", "liquibase",
            "DBG0201 DBG0225") { Sql = "UPDATE databasechangeloglock SET locked = true, lockedby = 'ci-7'" },
        new("a changelog that was moved runs again", "liquibase",
            "DBG0220 DBG0226") { Files = [
                ("changes/new.sql", "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2\nSELECT 1;\n")],
                Without = ["db/a.sql"] },
        new("a changelog in XML is not read", "liquibase",
            "DBG0201 DBG0223") { Files = [("db/b.xml", "<databaseChangeLog><changeSet id=\"4\" author=\"ann\"/></databaseChangeLog>")] },
        new("runOnChange is not judged", "liquibase",
            "DBG0201 DBG0223") { Files = [("db/b.sql", "--liquibase formatted sql\n--changeset ann:5 runOnChange:true\nSELECT 1;\n")] },
        new("two heads", "alembic", "DBG0201 DBG0226") { Files = [("alembic/versions/d.py", "revision = 'd'\ndown_revision = 'b'\n")] },
        new("a head that no file has", "alembic", "DBG0220") { Sql = "UPDATE alembic_version SET version_num = 'gone'" },
        new("a parent that no file has", "alembic",
            "DBG0201 DBG0226") { Files = [("alembic/versions/x_c.py", "revision = 'c'\ndown_revision = 'lost'\n")] },
        new("two leaves", "django",
            "DBG0201 DBG0226") { Files = [("shop/migrations/0003_other.py", "dependencies = [('shop', '0002_b')]")] },
        new("renamed assembly", "dbup",
            "DBG0201 DBG0226") { Files = [
                ("Shop/Shop.csproj",
                    "<RootNamespace>Store</RootNamespace><PackageReference Include=\"dbup-postgresql\" Version=\"7.0.1\" "
                        + "/><EmbeddedResource Include=\"Scripts/*.sql\" />")] },
        new("an edited file", "flyway", "DBG0201 DBG0205") { Files = [("sql/V1__a.sql", "SELECT 2;\n")] },
        new("a failed row", "flyway",
            "DBG0202") { Sql = "INSERT INTO flyway_schema_history VALUES (3, '1.10', 'c', 'SQL', 'V1.10__c.sql', 1, 'u', "
                + "now(), 1, false)" },
        new("a lower version is refused", "flyway", "DBG0201 DBG0208") { Files = [("sql/V1.1__late.sql", Sql1)] },
        new("two files with the same version", "flyway", "DBG0201 DBG0205 DBG0226") { Files = [("sql/V1.2.0__other.sql", Sql1)] },
        new("a lower number is refused", "goose",
            "DBG0201 DBG0206 DBG0208") { Sql = "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9, true)" },
        new("a lower number is refused", "supabase", "DBG0201 DBG0208") { Files = [("supabase/migrations/20260101120000_late.sql", Sql1)] },
        new("an inserted file is refused", "node-pg-migrate", "DBG0201 DBG0208") { Files = [("migrations/1_b.sql", Sql1)] },
        new("an inserted file is refused", "kysely", "DBG0201 DBG0208") { Files = [("migrations/1_b.ts", "x")] },
        new("a file that is not committed", "graphile-migrate",
            "DBG0201 DBG0224") { Files = [("migrations/current.sql", "-- Enter migration here\nSELECT 4;\n")] },
        new("an edited file", "graphile-migrate",
            "DBG0201 DBG0205") { Files = [("migrations/committed/000001.sql", "--! Previous: -\n--! Hash: x\n\nSELECT 9;\n")] },
        new("an edited file", "sqlx", "DBG0201 DBG0205") { Files = [("migrations/1_a.sql", "SELECT 1;\r\n")] },
        new("a dirty version", "sqlx", "DBG0201 DBG0202") { Sql = "UPDATE _sqlx_migrations SET success = false WHERE version = 2" },
        new("a partly applied file", "atlas",
            "DBG0201 DBG0202") { Sql = "UPDATE atlas_schema_revisions.atlas_schema_revisions SET total = 3, error = 'boom' WHERE version "
                + "= '20260102'" },
        new("a checkpoint is not judged", "atlas",
            "DBG0201 DBG0223") { Files = [("migrations/20260104_all.sql", "-- atlas:checkpoint\n")] },
        new("a reworked change is not judged", "sqitch",
            "DBG0201 DBG0223") { Files = [
                ("sqitch.plan",
                    "users 2026-01-01T00:00:00Z A <a@b> # x\norders 2026-01-01T00:00:00Z A <a@b>\n@v1 x\nusers [users@v1] "
                        + "2026-01-03T00:00:00Z A <a@b>\nlogs 2026-01-03T00:00:00Z A <a@b>\n")] },
        new("a migration without a number is not judged", "fluentmigrator",
            "DBG0201 DBG0223") { Files = [("D.cs", "[Numbered(7)] public class D : Migration { }")] },
        new("two classes with the same number", "fluentmigrator",
            "DBG0201 DBG0226") { Files = [("D.cs", "[Migration(1)] public class D : Migration { }")] },
        new("two contexts with the same id", "efcore",
            "DBG0201 DBG0226") { Files = [("Other/20260101000000_A.cs", "[Migration(\"20260101000000_A\")]")] },

        // Tables that are not what their name states.
        new("Rails' ledger", "dbmate", "DBG0223") { Sql = "CREATE TABLE ar_internal_metadata (key varchar)" },
        new("golang-migrate's ledger", "dbmate",
            "DBG0223") { Sql = "DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty "
                + "boolean NOT NULL)" },
        new("Laravel's table", "typeorm",
            "DBG0223") { Sql = "DROP TABLE migrations; CREATE TABLE migrations (id serial, migration varchar(255), batch int)" },
        new("an application's table", "evolve", "DBG0223") { Sql = "DROP TABLE changelog; CREATE TABLE changelog (id int, text text)" },
        new("a ledger with other columns", "efcore",
            "DBG0223") { Sql = "DROP TABLE \"__EFMigrationsHistory\"; CREATE TABLE \"__EFMigrationsHistory\" (id int)" },
        new("dbmate's ledger", "rails", "DBG0223") { Sql = "DROP TABLE ar_internal_metadata" },
        new("two ledgers in schemas that the URL does not name", "goose",
            "DBG0223") { Sql = "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.goose_db_version AS TABLE goose_db_version; ALTER TABLE "
                + "goose_db_version SET SCHEMA a" },
        new("no ledger, and tables", "knex", "DBG0201 DBG0209") { Sql = "DROP TABLE knex_migrations; CREATE TABLE t (a int)" },
        new("no ledger, and another tool's", "flyway",
            "DBG0201 DBG0219") { Sql = "DROP TABLE flyway_schema_history; CREATE TABLE goose_db_version (id int)" },

        // Two tools in one project.
        new("files of two tools", "goose", "DBG0221") { Files = [("flyway.conf", "flyway"), ("sql/V1__a.sql", Sql1)] },
        new("Prisma beside it", "knex", "DBG0221") { Files = [("prisma/schema.prisma", "x")] },
        new("two folders", "goose", "DBG0221") { Files = [("other/00001_x.sql", "-- +goose Up\n")] },
        new("a setting that names no tool", "goose", "DBG0222") { Setting = "gose" },
        new("a setting that names a tool without files", "goose", "DBG0222") { Setting = "knex" },
    ];

    static string Journal(params long[] times) =>
        $"{{\"entries\":[{{\"idx\":0,\"when\":1700000000000,\"tag\":\"0000_a\"}},{{\"idx\":1,\"when\":"
            + $"{times[0]},\"tag\":\"0001_b\"}},{{\"idx\":2,\"when\":{times[1] - 1},\"tag\":\"0002_c\"}}]}}";

    TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    [TestCaseSource(nameof(All))]
    public async Task Block(Trap trap)
    {
        var history = Histories.All.Single(one => one.Tool == trap.Tool);
        await ToolTrial.PrepareAsync(database, history.Sql);
        await database.ExecuteAsync(trap.Sql);
        using var project = ToolTrial.Project(history.Files);
        foreach (var (file, text) in trap.Files)
        {
            project.With(file, text);
        }

        foreach (var file in trap.Without)
        {
            File.Delete(project.Of(file));
        }

        string codes;
        IReadOnlyList<Problem> problems = [];
        try
        {
            var result = await ToolTrial.JudgeAsync(database, project, trap.Setting);
            (codes, problems) = (ToolTrial.Codes(result), result.Problems);
            Assert.That(result.IsBlocking, Is.True, result.Details);
        }
        catch (GateException exception)
        {
            (codes, problems) = (exception.Problem.Code.Id, [exception.Problem]);
        }

        Assert.That(codes, Is.EqualTo(trap.Codes), string.Join('\n', problems.Select(problem => $"{problem.Code.Id} {problem.Message}")));
        Assert.That(problems.Where(problem => problem.Fix is null).Select(problem => problem.Message), Is.Empty, "each says how to go on");
    }

    /// <summary>Next to another tool's files the setting that names Prisma's own folder decides.</summary>
    [TestCase("prisma/migrations", "packages/db/prisma/migrations", "DBG0221")]
    [TestCase("packages/db/prisma/migrations", "packages/db/prisma/migrations", null)]
    [TestCase("prisma/migrations", "prisma/migrations", null)]
    public void Of_prisma_beside_another_tool_end_with_its_folder(string setting, string folder, string? code)
    {
        using var project = ToolTrial.Project(
            ($"{folder[..^"/migrations".Length]}/schema.prisma", "x"), ($"{folder}/1_a/migration.sql", Sql1),
            ("supabase/migrations/20260101000000_a.sql", Sql1));
        var settings = project.Read(new Dictionary<string, string> { ["DBGATE_MIGRATIONS"] = setting });
        if (code is not null)
        {
            Assert.That(() => MigrationProject.Locate(settings), Failure.From(code));
            return;
        }

        Assert.That(
            (MigrationProject.Locate(settings).Tool, MigrationProject.Locate(settings).MigrationsFolder),
            Is.EqualTo(((MigrationTool)MigrationToolCatalog.All[0], project.Of(folder))));
    }

    /// <summary>The ledger is one row; only git knows that a file came after the current version.</summary>
    [Test]
    public async Task Of_golang_migrate_is_a_lower_number_that_came_later()
    {
        await ToolTrial.PrepareAsync(
            database,
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations "
                + "VALUES (3, false)");
        using var project =
            ToolTrial.Project(
                ("go.mod", "require github.com/golang-migrate/migrate/v4 v4.18.0"), ("db/1_a.up.sql", Sql1),
                ("db/1_a.down.sql", "DROP TABLE t;\n"), ("db/3_c.up.sql", Sql1));
        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project)), Is.EqualTo("DBG0223"), "no history, no verdict");

        await Git(project, "init", "-q");
        await Commit(project);
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("2/2 migrations applied"));

        project.With("db/2_late.up.sql", Sql1);
        await Commit(project);
        var late = await ToolTrial.JudgeAsync(database, project);
        Assert.That(ToolTrial.Codes(late), Is.EqualTo("DBG0224"));
        Assert.That(late.Problems.Single().Message, Does.Contain("never applies 2_late.up.sql"));

        await database.ExecuteAsync("UPDATE schema_migrations SET dirty = true");
        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project)), Is.EqualTo("DBG0202 DBG0224"));
    }

    /// <summary>EF Core 9 and later hold the ledger table itself; reading must not wait for them.</summary>
    [Test]
    public async Task Of_ef_core_is_a_ledger_that_is_locked_by_a_running_deploy()
    {
        var history = Histories.All.Single(one => one.Tool == "efcore");
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project(history.Files);
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("LOCK TABLE \"__EFMigrationsHistory\" IN ACCESS EXCLUSIVE MODE", other, transaction))
        {
            await take.ExecuteNonQueryAsync();
        }

        var result = await ToolTrial.JudgeAsync(database, project);
        Assert.That(ToolTrial.Codes(result), Is.EqualTo("DBG0203"));
        Assert.That(result.Problems.Single().Cause, Does.Contain("ACCESS EXCLUSIVE"));
    }

    /// <summary>The keys as the tools compute them: Flyway's from a Java hash code, the others are constants.</summary>
    [TestCase("flyway", "")]
    [TestCase("node-pg-migrate", "7241865325823964")]
    [TestCase("goose", "4097083626")]
    [TestCase("evolve", "12345")]
    [TestCase("kysely", "3853314791062309107")]
    public async Task Are_no_more_when_a_lock_shows_a_running_deploy(string tool, string key)
    {
        var history = Histories.All.Single(one => one.Tool == tool);
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project(history.Files);
        await using var other = await database.ConnectAsync();
        var real =
            tool == "flyway"
                ? (77431708279161 + JavaHash("\"public\".\"flyway_schema_history\""))
                    .ToString(System.Globalization.CultureInfo.InvariantCulture)
                : key;
        await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({real})", other))
        {
            await take.ExecuteNonQueryAsync();
        }

        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project)), Does.Contain("DBG0203"));
    }

    /// <summary>Flyway refuses a lower version, unless the project lets it come late.</summary>
    [TestCase("flyway.conf", "flyway.locations=filesystem:sql\nflyway.outOfOrder=true\n", "DBG0201")]
    [TestCase("flyway.toml", "[flyway]\noutOfOrder = true\n", "DBG0201")]
    [TestCase("application.yml", "spring:\n  flyway:\n    out-of-order: true\n", "DBG0201")]
    [TestCase("pom.xml", "<configuration><outOfOrder>true</outOfOrder></configuration>", "DBG0201")]
    [TestCase("flyway.conf", "# flyway.outOfOrder=true\nflyway.outOfOrder=false\n", "DBG0201 DBG0208")]
    public async Task Of_flyway_follow_its_configuration(string file, string text, string codes)
    {
        var history = Histories.All.Single(one => one.Tool == "flyway");
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project([.. history.Files, ("sql/V1.1__late.sql", Sql1), (file, text)]);

        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project, "flyway")), Is.EqualTo(codes));
    }

    /// <summary>Sqitch's ledger is sqitch.changes; a table public.changes is the application's.</summary>
    [Test]
    public async Task Of_an_applications_table_with_the_name_of_another_schemas_ledger_do_not_block()
    {
        var history = Histories.All.Single(one => one.Tool == "sqitch");
        await ToolTrial.PrepareAsync(database, $"{history.Sql}; DROP SCHEMA sqitch CASCADE; CREATE TABLE changes (id int)");
        using var project = ToolTrial.Project(history.Files);

        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project)), Is.EqualTo("DBG0201 DBG0209"));
    }

    /// <summary>A tool that the catalogue does not have.</summary>
    [Test]
    public async Task Of_a_tool_of_the_projects_own_are_found_by_its_column()
    {
        await ToolTrial.PrepareAsync(database, "CREATE TABLE ran (file text); INSERT INTO ran VALUES ('1_a'), ('2_b')");
        using var project = ToolTrial.Project(("sql/1_a.sql", Sql1), ("sql/2_b.sql", Sql1), ("sql/3_c.sql", Sql1));
        (string, string)[] settings =
            [("DBGATE_MIGRATIONS", "sql"), ("DBGATE_MIGRATE_COMMAND", "make migrate"), ("DBGATE_LEDGER", "public.ran.file")];

        Assert.That((await ToolTrial.JudgeAsync(database, project, "custom", settings)).Details, Is.EqualTo("Migration issues: 1 pending"));
        Assert.That(
            ToolTrial.Codes(
                await ToolTrial.JudgeAsync(database, project, "custom", [.. settings[..2], ("DBGATE_LEDGER", "public.ran.name")])),
                Is.EqualTo("DBG0223"));
        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, project, "custom", settings[..2])), Is.EqualTo("DBG0222"));
    }

    static int JavaHash(string text) => text.Aggregate(0, (hash, one) => unchecked((31 * hash) + one));

    static async Task Commit(GatedProject project)
    {
        await Git(project, "add", "-A");
        await Git(project, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "x");
    }

    static async Task Git(GatedProject project, params string[] arguments)
    {
        using var git =
            System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = project.Root })!;
        await git.WaitForExitAsync();
        Assert.That(git.ExitCode, Is.Zero);
    }
}

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>
/// A small history of every tool: two migrations are applied, a third is pending. Made from the tools' sources, not by the tools.
/// </summary>
[Category("Postgres")]
[NonParallelizable] // one database for all
public sealed class Histories
{
    /// <param name="Tool">Its id.</param>
    /// <param name="Sql">A ledger in which the first two migrations are applied.</param>
    /// <param name="Files">What shows the tool, then three migrations.</param>
    public sealed record History(string Tool, string Sql, params (string File, string Text)[] Files)
    {
        public override string ToString() => Tool;
    }

    const string One = "SELECT 1;\n";

    static string Sha(string text, Func<byte[], byte[]> hash) => Convert.ToHexStringLower(hash(Encoding.UTF8.GetBytes(text)));

    public static IEnumerable<History> All { get; } =
    [
        new("efcore", """
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
            INSERT INTO "__EFMigrationsHistory" VALUES ('20260101000000_A', '10.0.1'), ('20260102000000_b', '10.0.1')
            """,
            ("S.csproj", "<PackageReference Include=\"Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"10.0.1\" />"),
            ("Data/20260101000000_A.cs", "[Migration(\"20260101000000_A\")]"),
            ("Data/20260102000000_B.cs", "[Migration(\"20260102000000_B\")]"),
            ("Data/20260103000000_C.cs", "[Migration(\"20260103000000_C\")]")),
        new("dbup",
            "CREATE TABLE schemaversions (schemaversionsid serial, scriptname varchar(255), applied timestamp); INSERT INTO schemaversions "
                + "(scriptname, applied) VALUES ('Shop.Scripts.1.sql', now()), ('Shop.Scripts.2.sql', now())",
            ("Shop/Shop.csproj",
                "<PackageReference Include=\"dbup-postgresql\" Version=\"7.0.1\" /><EmbeddedResource Include=\"Scripts/*.sql\" />"),
                ("Shop/Scripts/1.sql", One), ("Shop/Scripts/2.sql", One), ("Shop/Scripts/3.sql", One)),
        new("fluentmigrator",
            """CREATE TABLE "VersionInfo" ("Version" bigint, "AppliedOn" timestamp, "Description" varchar(1024)); INSERT INTO "VersionInfo" VALUES (1, now(), 'a'), (20240101120000, now(), 'b')""",
            ("F.csproj", "<PackageReference Include=\"FluentMigrator\" Version=\"8.0.1\" />"),
            ("A.cs", "[Migration(1)] class A : Migration { }"),
            ("B.cs", "[TimestampedMigration(2024, 1, 1, 12, 0)] class B : Migration { }"),
            ("C.cs", "[Migration(2025_01_01_000000L, \"c\")] class C : Migration { }")),
        new("flyway", $"""
            CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum integer,
              installed_by varchar(100), installed_on timestamp DEFAULT now(), execution_time integer, success boolean);
            INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', {unchecked((int)Zip("SELECT 1;"))}, 'u', now(), 1, true), (2, '1.2', 'b', 'SQL', 'V1_2__b.sql', {unchecked((int)Zip("SELECT 1;SELECT 2;"))}, 'u', now(), 1, true)
            """,
            ("flyway.conf", "flyway.locations=filesystem:sql"), ("sql/V1__a.sql", One), ("sql/V1_2__b.sql", "SELECT 1;\r\nSELECT 2;\n"),
            ("sql/V1.10__c.sql", One)),
        new("evolve", $"""
            CREATE TABLE changelog (id serial PRIMARY KEY, type smallint, version varchar(50), description varchar(200), name varchar(300), checksum varchar(32), installed_by varchar(100), installed_on timestamp DEFAULT now(), success boolean);
            INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (2, '0', 'Empty', 'public', '', 'u', true), (0, '1', 'a', 'V1__a.sql', '{Md5(One)}', 'u', true), (0, '1.2', 'b', 'V1_2__b.sql', '{Md5(One)}', 'u', true)
            """,
            ("e.csproj", "<PackageReference Include=\"Evolve\" Version=\"3.2.0\" />"), ("sql/V1__a.sql", One),
            ("sql/V1_2__b.sql", "SELECT 1;\r\n"), ("sql/V1_10__c.sql", One)),
        new("drizzle",
            $"CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at "
                + $"bigint); INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('{Sha(One, SHA256.HashData)}', "
                + $"1700000000000), ('{Sha(One, SHA256.HashData)}', 1700000000001)",
            ("drizzle/meta/_journal.json",
                """{"entries":[{"idx":0,"when":1700000000000,"tag":"0000_a"},{"idx":1,"when":1700000000001,"tag":"0001_b"},{"idx":2,"when":1700000000002,"tag":"0002_c"}]}"""),
            ("drizzle/0000_a.sql", One), ("drizzle/0001_b.sql", One), ("drizzle/0002_c.sql", One)),
        new("dbmate",
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20260101'), ('20260102')",
            ("db/migrations/20260101_a.sql", "-- migrate:up\nSELECT 1;\n"),
            ("db/migrations/20260102_b.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE t;\n"),
            ("db/migrations/20260103_c.sql", "-- migrate:up\nSELECT 1;\n")),
        new("goose",
            "CREATE TABLE goose_db_version (id int GENERATED BY DEFAULT AS IDENTITY, version_id bigint NOT NULL, is_applied boolean NOT "
                + "NULL, tstamp timestamp DEFAULT now()); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, "
                + "true), (2, true), (3, true), (3, false)",
            ("db/00001_a.sql", "-- +goose Up\nSELECT 1;\n"),
            ("db/00002_b.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE t;\n"),
            ("db/00003_c.sql", "-- +goose Up\nSELECT 1;\n")),
        new("sqlx",
            $"CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, installed_on timestamptz DEFAULT now(), "
                + $"success boolean, checksum bytea, execution_time bigint); INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), true, "
                + $"'\\x{Sha(One, SHA384.HashData)}', 1), (2, 'b', now(), true, '\\x{Sha(One, SHA384.HashData)}', -1)",
            ("Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n"), ("migrations/1_a.sql", One), ("migrations/2_b.up.sql", One),
            ("migrations/2_b.down.sql", "DROP TABLE t;\n"), ("migrations/10_c.sql", One)),
        new("node-pg-migrate",
            "CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL); INSERT INTO "
                + "pgmigrations (name, run_on) VALUES ('1_a', now()), ('2_b', now())",
            ("package.json", "{ \"dependencies\": { \"node-pg-migrate\": \"8.0.0\" } }"), ("migrations/1_a.sql", One),
            ("migrations/2_b.js", "x"), ("migrations/10_c.sql", "-- Up Migration\nSELECT 1;\n-- Down Migration\nDROP TABLE t;\n")),
        new("graphile-migrate",
            $"CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY, previous_hash text, "
                + $"filename text NOT NULL, date timestamptz DEFAULT now()); INSERT INTO graphile_migrate.migrations VALUES "
                + $"('{Graphile("", "SELECT 1;")}', NULL, '000001.sql'), ('{Graphile(Graphile("", "SELECT 1;"), "SELECT 2;")}', "
                + $"'{Graphile("", "SELECT 1;")}', '000002.sql')",
            ("migrations/committed/000001.sql", $"--! Previous: -\n--! Hash: {Graphile("", "SELECT 1;")}\n\nSELECT 1;\n"),
            ("migrations/committed/000002-b.sql", $"--! Previous: {Graphile("", "SELECT 1;")}\n--! Hash: x\n\nSELECT 2;\n"),
            ("migrations/committed/000003.sql", "--! Previous: y\n--! Hash: z\n\nSELECT 3;\n")),
        new("knex",
            "CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz); CREATE "
                + "TABLE knex_migrations_lock (index serial, is_locked integer); INSERT INTO knex_migrations_lock (is_locked) VALUES (0); "
                + "INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('1_a.js', 1, now()), ('2_b.js', 1, now())",
            ("package.json", "{ \"dependencies\": { \"knex\": \"3.0.0\" } }"), ("knexfile.js", "x"), ("migrations/1_a.js", "x"),
            ("migrations/2_b.js", "x"), ("migrations/3_c.js", "x")),
        new("typeorm",
            "CREATE TABLE migrations (id serial PRIMARY KEY, \"timestamp\" bigint NOT NULL, name varchar NOT NULL); INSERT INTO migrations "
                + "(\"timestamp\", name) VALUES (1700000000001, 'A1700000000001'), (1700000000002, 'B1700000000002')",
            ("package.json", "{ \"dependencies\": { \"typeorm\": \"0.3.0\" } }"),
            ("src/migrations/1700000000001-A.ts", "export class A1700000000001 implements M {}"),
            ("src/migrations/1700000000002-B.ts", "export class Other {\n name = 'B1700000000002'\n}"),
            ("src/migrations/1700000000003-C.ts", "export class C1700000000003 {}")),
        new("sequelize",
            "CREATE TABLE \"SequelizeMeta\" (name varchar(255) PRIMARY KEY); INSERT INTO \"SequelizeMeta\" VALUES ('1-a.js'), ('2-b.js')",
            ("package.json", "{ \"devDependencies\": { \"sequelize-cli\": \"6.0.0\" } }"), ("migrations/1-a.js", "x"),
            ("migrations/2-b.js", "x"), ("migrations/3-c.js", "x")),
        new("mikro-orm",
            "CREATE TABLE mikro_orm_migrations (id serial PRIMARY KEY, name varchar(255), executed_at timestamptz DEFAULT now()); INSERT "
                + "INTO mikro_orm_migrations (name) VALUES ('Migration20260101000000'), ('Migration20260102000000.ts')",
            ("package.json", "{ \"dependencies\": { \"@mikro-orm/migrations\": \"7.0.0\" } }"),
            ("migrations/Migration20260101000000.ts", "x"), ("migrations/Migration20260102000000.ts", "x"),
            ("migrations/Migration20260103000000.ts", "x")),
        new("kysely",
            "CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, \"timestamp\" varchar(255) NOT NULL); INSERT INTO "
                + "kysely_migration VALUES ('1_a', '2026-01-01'), ('2_b', '2026-01-02')",
            ("package.json", "{ \"dependencies\": { \"kysely\": \"0.29.0\" } }"), ("migrations/1_a.ts", "x"), ("migrations/2_b.ts", "x"),
            ("migrations/3_c.ts", "x")),
        new("grate",
            $"CREATE SCHEMA grate; CREATE TABLE grate.\"ScriptsRun\" (id bigint GENERATED ALWAYS AS IDENTITY, version_id bigint, "
                + $"script_name varchar(255), text_of_script text, text_hash varchar(512), one_time_script boolean, entry_date timestamp "
                + $"DEFAULT now()); INSERT INTO grate.\"ScriptsRun\" (script_name, text_hash, one_time_script) VALUES ('1.sql', "
                + $"'{Grate(One)}', true), ('2.sql', '{Grate("SELECT ''it'';\n")}', true)",
            (".config/dotnet-tools.json", "{}"), ("dotnet-tools.json", "{ \"tools\": { \"grate\": { } } }"), ("db/up/1.sql", One),
            ("db/up/2.sql", "SELECT 'it';\r\n"), ("db/up/3.sql", One)),
        new("liquibase",
            "CREATE TABLE databasechangelog (id varchar(255), author varchar(255), filename varchar(255), dateexecuted timestamp, "
                + "orderexecuted int, exectype varchar(10), md5sum varchar(35)); CREATE TABLE databasechangeloglock (id int PRIMARY KEY, "
                + "locked boolean, lockgranted timestamp, lockedby varchar(255)); INSERT INTO databasechangeloglock VALUES (1, false); "
                + "INSERT INTO databasechangelog VALUES ('1', 'ann', 'db/a.sql', now(), 1, 'EXECUTED', '9:x'), ('2', 'ann', "
                + "'classpath:db/a.sql', now(), 2, 'EXECUTED', '9:y')",
            ("db/a.sql",
                "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2 runInTransaction:false\nSELECT 1;\n--rollback "
                    + "DROP TABLE t;\n--changeset ann:3\nSELECT 1;\n")),
        new("alembic", "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('b')",
            ("alembic.ini", ""), ("alembic/versions/z_a.py", "revision = 'a'\ndown_revision = None\n"),
            ("alembic/versions/y_b.py", "revision: str = 'b'\ndown_revision: Union[str, None] = 'a'\n"),
            ("alembic/versions/x_c.py", "revision = \"c\"\ndown_revision = \"b\"\n")),
        new("django",
            "CREATE TABLE django_migrations (id bigserial PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz); INSERT "
                + "INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', now()), ('shop', '0001_initial', now()), "
                + "('shop', "
                + "'0002_b', now())",
            ("manage.py", ""), ("shop/migrations/0001_initial.py", "dependencies = [('auth', '0001_initial')]"),
            ("shop/migrations/0002_b.py", "dependencies = [\n  ('shop', '0001_initial'),\n]"),
            ("shop/migrations/0003_c.py", "dependencies = [('shop', '0002_b')]")),
        new("rails",
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, "
                + "value varchar); INSERT INTO schema_migrations VALUES ('20260101000000'), ('20260102000000')",
            ("db/migrate/20260101000000_a.rb", "x"), ("db/migrate/20260102000000_b.rb", "x"), ("db/migrate/20260103000000_c.rb", "x")),
        new("supabase",
            "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements "
                + "text[], name text); INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101000000', '{}', 'a'), "
                + "('20260102000000', '{}', 'b')",
            ("supabase/migrations/20260101000000_a.sql", One), ("supabase/migrations/20260102000000_b.sql", One),
            ("supabase/migrations/20260103000000_c.sql", One)),
        new("atlas",
            "CREATE SCHEMA atlas_schema_revisions; CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY "
                + "KEY, description varchar, type bigint DEFAULT 2, applied bigint DEFAULT 0, total bigint DEFAULT 0, executed_at "
                + "timestamptz, execution_time bigint, error text, error_stmt text, hash varchar, partial_hashes jsonb, operator_version "
                + "varchar); INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ('.atlas_cloud_identifier', '', 2, 0, 0, "
                + "now(), 0), ('20260101', 'a', 2, 1, 1, now(), 1), ('20260102', 'b', 2, 1, 1, now(), 1)",
            ("migrations/atlas.sum", "h1:x\n"), ("migrations/20260101_a.sql", One), ("migrations/20260102_b.sql", One),
            ("migrations/20260103.sql", One)),
        new("sqitch",
            "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text, change text, project text, "
                + "note text, committed_at timestamptz DEFAULT now(), committer_name text, planner_name text); INSERT INTO sqitch.changes "
                + "(change_id, change, committed_at) VALUES ('1', 'users', '2026-01-01'), ('2', 'orders', '2026-01-02')",
            ("sqitch.plan",
                "%syntax-version=1.0.0\n%project=shop\n\nusers 2026-01-01T00:00:00Z A <a@b> # x\norders [users] 2026-01-02T00:00:00Z A "
                    + "<a@b> # y\n@v1 2026-01-02T00:00:00Z A <a@b> # tag\nlogs 2026-01-03T00:00:00Z A <a@b> # z\n"),
                    ("deploy/users.sql", One), ("deploy/orders.sql", One), ("deploy/logs.sql", One)),
        new("ecto",
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0)); INSERT INTO schema_migrations VALUES "
                + "(20260101000000, now()), (20260102000000, now())",
            ("mix.exs", ""), ("priv/repo/migrations/20260101000000_a.exs", "x"), ("priv/repo/migrations/20260102000000_b.exs", "x"),
            ("priv/repo/migrations/20260103000000_c.exs", "x")),
    ];

    /// <summary>Those whose migrations are one file each, and nothing else lists them.</summary>
    static IEnumerable<History> OfSingleFiles => All.Where(history => history.Tool is not ("liquibase" or "drizzle" or "sqitch"));

    TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    /// <summary>The tool is detected, and its ledger is found by its columns.</summary>
    [TestCaseSource(nameof(All))]
    public async Task Have_one_pending_migration(History history)
    {
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project(history.Files);
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That(
            (result.Details, ToolTrial.Codes(result)), Is.EqualTo(("Migration issues: 1 pending", "DBG0201")),
            string.Join('\n', result.Problems.Select(problem => problem.Message)));
    }

    /// <summary>Without the third file everything is applied; without the second one a row has no file.</summary>
    [TestCaseSource(nameof(OfSingleFiles))]
    public async Task Are_healthy_only_as_they_were_applied(History history)
    {
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project(history.Files[..^1]);
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("2/2 migrations applied"));

        using var older = ToolTrial.Project(history.Files[..^1]);
        File.Delete(older.Of(history.Files.Where(file => !file.File.Contains(".down.", StringComparison.Ordinal)).ToArray()[^2].File));
        Assert.That(
            ToolTrial.Codes(await ToolTrial.JudgeAsync(database, older, history.Tool, ("DBGATE_MIGRATIONS", FolderOf(history)))),
            Does.Contain("DBG0206").Or.Contain("DBG0220"));
    }

    static string FolderOf(History history) =>
        history.Tool is "efcore" or "fluentmigrator" or "django"
            ? "."
            : history.Files[^1].File is var file && file.Contains('/')
            ? file[..file.LastIndexOf('/')]
            : ".";

    static readonly Dictionary<string, string> ManyRows = new()
    {
        ["efcore"] = "\"__EFMigrationsHistory\" SELECT '2026' || lpad(g::text, 10, '0') || '_X', '10' FROM g",
        ["dbup"] = "schemaversions (scriptname, applied) SELECT 'Shop.Scripts.' || g || '.sql', now() FROM g",
        ["fluentmigrator"] = "\"VersionInfo\" SELECT g, now(), 'x' FROM g",
        ["flyway"] = "flyway_schema_history SELECT g, g::text, 'x', 'SQL', 'V' || g || '__x.sql', 1, 'u', now(), 1, true FROM g",
        ["evolve"] = "changelog (type, version, description, name, checksum, installed_by, success) SELECT 0, g::text, 'x', "
            + "'V' || g || '__x.sql', 'x', 'u', true FROM g",
        ["drizzle"] = "drizzle.__drizzle_migrations (hash, created_at) SELECT 'x', 1700000000000 + g FROM g",
        ["dbmate"] = "schema_migrations SELECT g::text FROM g",
        ["goose"] = "goose_db_version (version_id, is_applied) SELECT g, true FROM g",
        ["sqlx"] = "_sqlx_migrations SELECT g, 'x', now(), true, '\\x00', 1 FROM g",
        ["node-pg-migrate"] = "pgmigrations (name, run_on) SELECT g || '_x', now() FROM g",
        ["graphile-migrate"] = "graphile_migrate.migrations SELECT 'x' || g, 'y', lpad(g::text, 6, '0') || '.sql' FROM g",
        ["knex"] = "knex_migrations (name, batch, migration_time) SELECT g || '_x.js', 1, now() FROM g",
        ["typeorm"] = "migrations (\"timestamp\", name) SELECT 1600000000000 + g, 'X' || (1600000000000 + g) FROM g",
        ["sequelize"] = "\"SequelizeMeta\" SELECT g || '-x.js' FROM g",
        ["mikro-orm"] = "mikro_orm_migrations (name) SELECT 'Migration2025' || lpad(g::text, 10, '0') FROM g",
        ["kysely"] = "kysely_migration SELECT g || '_x', '2025' FROM g",
        ["grate"] = "grate.\"ScriptsRun\" (script_name, text_hash, one_time_script) SELECT g || '.sql', 'x', true FROM g",
        ["liquibase"] = "databasechangelog SELECT g::text, 'ann', 'db/x.sql', now(), g, 'EXECUTED', '9:x' FROM g",
        ["alembic"] = "alembic_version SELECT 'x' || g FROM g",
        ["django"] = "django_migrations (app, name, applied) SELECT 'shop', lpad(g::text, 4, '0') || '_x', now() FROM g",
        ["rails"] = "schema_migrations SELECT g::text FROM g",
        ["supabase"] = "supabase_migrations.schema_migrations SELECT g::text, '{}', 'x' FROM g",
        ["atlas"] = "atlas_schema_revisions.atlas_schema_revisions SELECT g::text, 'x', 2, 1, 1, now(), 1 FROM g",
        ["ecto"] = "schema_migrations SELECT g, now() FROM g",
    };

    static IEnumerable<string> WithManyRows => ManyRows.Keys;

    /// <summary>Reads and judges a ledger of 5,000 rows; the time is in the test's output.</summary>
    [TestCaseSource(nameof(WithManyRows))]
    public async Task Are_judged_with_5000_rows(string tool)
    {
        var history = All.Single(one => one.Tool == tool);
        await ToolTrial.PrepareAsync(database, history.Sql);
        await database.ExecuteAsync($"WITH g AS (SELECT g FROM generate_series(100, 5099) g) INSERT INTO {ManyRows[tool]}");
        using var project = ToolTrial.Project(history.Files);
        var located = DbGate.Migrations.MigrationProject.Locate(project.Read(new() { ["DBGATE_MIGRATION_TOOL"] = tool }));
        var folder = located.ReadFolder();
        await using var session = await DbGate.Postgres.Session.OpenAsync(database.Url, null, CancellationToken.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var ledger = await located.ReadLedgerAsync(session, "public", CancellationToken.None);
        var read = watch.ElapsedMilliseconds;
        var status = DbGate.Migrations.MigrationStatus.Decide(folder, ledger);
        TestContext.Out.WriteLine($"{tool}: {ledger.Rows.Count} rows read in {read} ms, judged in {watch.ElapsedMilliseconds - read} ms");

        Assert.That((ledger.Refusal?.Message, ledger.Rows.Count >= 5000), Is.EqualTo(((string?)null, true)));
        Assert.That(status.Entries, Is.Not.Empty);
    }

    /// <summary>The CRC of gzip's trailer is the one of zip: an implementation that is not ours.</summary>
    static uint Zip(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return BitConverter.ToUInt32(memory.ToArray().AsSpan()[^8..^4]);
    }

#pragma warning disable CA5350, CA5351 // The tools' own checksums.
    static string Md5(string text) => Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    static string Grate(string text) => Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    static string Graphile(string previous, string body) =>
        "sha1:" + Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"{previous}\n{body}".Trim() + "\n")));
#pragma warning restore CA5350, CA5351
}

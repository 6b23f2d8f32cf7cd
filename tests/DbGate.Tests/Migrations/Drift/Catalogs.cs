using DbGate.Migrations.Drift;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Drift;

[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class Catalogs
{
    const string Schema = """
        CREATE EXTENSION IF NOT EXISTS pgcrypto;
        CREATE SCHEMA app;
        CREATE TYPE app.role AS ENUM ('USER', 'ADMIN');
        CREATE DOMAIN app.email AS text NOT NULL CHECK (VALUE ~ '@');
        CREATE TYPE app.pair AS (a int, b text);
        CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE app."User" (id serial PRIMARY KEY, mail app.email UNIQUE, role app.role DEFAULT 'USER', name varchar(20), CHECK (id > 0));
        CREATE TABLE app.post (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "userId" int REFERENCES app."User" ON DELETE CASCADE, words int GENERATED ALWAYS AS (1 + 1) STORED);
        CREATE INDEX post_user ON app.post ("userId") WHERE id > 5;
        CREATE VIEW app.names AS SELECT name FROM app."User";
        CREATE MATERIALIZED VIEW app.counts AS SELECT count(*) AS n FROM app.post;
        CREATE TRIGGER touch BEFORE UPDATE ON app.post FOR EACH ROW EXECUTE FUNCTION app.touch();
        CREATE RULE quiet AS ON DELETE TO app.post DO INSTEAD NOTHING;
        ALTER TABLE app.post ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON app.post USING (id > 0);
        CREATE SEQUENCE app.numbers START 5;
        CREATE STATISTICS app.both (dependencies) ON id, "userId" FROM app.post;
        COMMENT ON COLUMN app."User".name IS 'given name';
        CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY);
        CREATE SCHEMA dbgate;
        CREATE TABLE dbgate.evidence (id int);
        """;

    TestDatabase template = null!;

    [OneTimeSetUp]
    public async Task Create()
    {
        template = await TestDatabase.CreateAsync();
        await template.ExecuteAsync(Schema);
    }

    [OneTimeTearDown]
    public async Task Drop() => await template.DisposeAsync();

    [Test]
    public async Task Hold_every_kind_of_object_but_not_what_belongs_to_others()
    {
        var snapshot = await ReadAsync(template);

        Assert.That(snapshot.Objects.Select(item => item.ToString()), Is.EqualTo(new[]
        {
            "check app.\"User\".\"User_id_check\"",
            "column app.\"User\".id",
            "column app.\"User\".mail",
            "column app.\"User\".name",
            "column app.\"User\".role",
            "column app.pair.a",
            "column app.pair.b",
            "column app.post.\"userId\"",
            "column app.post.id",
            "column app.post.words",
            "composite type app.pair",
            "domain app.email",
            "enum app.role",
            "extension pgcrypto",
            "foreign key app.post.\"post_userId_fkey\"",
            "function app.touch()",
            "index app.post.post_user",
            "materialized view app.counts",
            "policy app.post.own",
            "primary key app.\"User\".\"User_pkey\"",
            "primary key app.post.post_pkey",
            "rule app.post.quiet",
            "schema app",
            "sequence app.\"User_id_seq\"",
            "sequence app.numbers",
            "sequence app.post_id_seq",
            "statistics app.\"both\"",
            "table app.\"User\"",
            "table app.post",
            "trigger app.post.touch",
            "unique constraint app.\"User\".\"User_mail_key\"",
            "view app.names",
        }));
    }

    [Test]
    public async Task Leave_ignored_schemas_out()
    {
        await using var session = await Session.OpenAsync(template.Url, null, CancellationToken.None);

        var snapshot = await CatalogSnapshot.ReadAsync(session, new CatalogScope(["app"]), CancellationToken.None);

        Assert.That(snapshot.Objects.Select(item => item.ToString()), Is.EqualTo(new[] { "extension pgcrypto" }));
    }

    [Test]
    public async Task Do_not_depend_on_the_search_path_and_leave_it_as_it_is()
    {
        await using var session = await Session.OpenAsync(template.Url, null, CancellationToken.None);
        await session.ExecuteAsync("BEGIN", CancellationToken.None);
        await session.ExecuteAsync("SET LOCAL search_path = app, public", CancellationToken.None);

        var snapshot = await CatalogSnapshot.ReadAsync(session, CatalogScope.Everything, CancellationToken.None);

        Assert.That(await session.ScalarAsync<string>("SHOW search_path", CancellationToken.None), Is.EqualTo("app, public"));
        Assert.That(CatalogComparison.Between(await ReadAsync(template), snapshot), Is.Empty);
        await session.ExecuteAsync("COMMIT", CancellationToken.None);
        Assert.That(await session.ScalarAsync<string>("SHOW search_path", CancellationToken.None), Does.Contain("$user"));
    }

    [TestCase(
        "ALTER TABLE app.post ALTER \"userId\" TYPE bigint", "column app.post.\"userId\": type is bigint, the migrations give integer")]
    [TestCase(
        "ALTER TABLE app.\"User\" ALTER name SET DEFAULT 'x'",
        "column app.\"User\".name: default is 'x'::character varying, the migrations give none")]
    [TestCase("ALTER TABLE app.\"User\" ADD age int NOT NULL", "column app.\"User\".age is in the database, and no migration makes it")]
    [TestCase(
        "DROP TABLE app.post CASCADE", "materialized view app.counts is missing in the database|table app.post is missing in the database")]
    [TestCase("CREATE TABLE app.extra (id int PRIMARY KEY)", "table app.extra is in the database, and no migration makes it")]
    [TestCase("DROP INDEX app.post_user", "index app.post.post_user is missing in the database")]
    [TestCase(
        "ALTER TYPE app.role ADD VALUE 'GUEST'", "enum app.role: values is 'USER', 'ADMIN', 'GUEST', the migrations give 'USER', 'ADMIN'")]
    [TestCase("ALTER TABLE app.post DISABLE TRIGGER touch", "trigger app.post.touch: state is disabled, the migrations give none")]
    [TestCase("ALTER TABLE app.post DISABLE ROW LEVEL SECURITY", "table app.post: row security is none, the migrations give enabled")]
    [TestCase(
        "ALTER SEQUENCE app.numbers INCREMENT 2",
        "sequence app.numbers: range is 1 to 9223372036854775807 by 2 from 5, the migrations give 1 to 9223372036854775807 by 1 from 5")]
    [TestCase(
        "ALTER TABLE app.post DROP CONSTRAINT \"post_userId_fkey\", ADD FOREIGN KEY (\"userId\") REFERENCES app.\"User\" NOT VALID",
        "foreign key app.post.\"post_userId_fkey\": definition is FOREIGN KEY (\"userId\") REFERENCES app.\"User\"(id) NOT VALID, the "
            + "migrations give FOREIGN KEY (\"userId\") REFERENCES app.\"User\"(id) ON DELETE CASCADE")]
    [TestCase(
        "CREATE OR REPLACE VIEW app.names AS SELECT name FROM app.\"User\" WHERE id > 1",
        "view app.names: definition is SELECT \"User\".name FROM app.\"User\" WHERE (\"User\".id > 1);, the migrations give SELECT "
            + "\"User\".name FROM app.\"User\";")]
    [TestCase(
        "COMMENT ON COLUMN app.\"User\".name IS 'nick name'",
        "column app.\"User\".name: comment is nick name, the migrations give given name")]
    [TestCase("INSERT INTO app.\"User\" (mail) VALUES ('a@b'); SELECT nextval('app.numbers')", "")]
    [TestCase("ALTER TABLE app.post OWNER TO postgres; GRANT SELECT ON app.post TO public", "")]
    [TestCase("ALTER TABLE _prisma_migrations ADD x int; CREATE TABLE dbgate.more (id int)", "")]
    [TestCase("DROP EXTENSION pgcrypto", "extension pgcrypto is missing in the database")]
    public async Task Differ_in_words(string change, string words)
    {
        await using var copy = await TestDatabase.CreateAsync(template);
        await copy.ExecuteAsync(change);

        var differences = CatalogComparison.Between(await ReadAsync(template), await ReadAsync(copy));

        Assert.That(string.Join('|', differences.Select(difference => difference.AsDrift())), Is.EqualTo(words));
    }

    [TestCase(
        "ALTER TABLE app.post RENAME TO article",
        "table app.post renamed to app.article|statistics app.\"both\" changed: definition from CREATE STATISTICS app.\"both\" "
            + "(dependencies) ON id, \"userId\" FROM app.post to ")]
    [TestCase("ALTER TABLE app.post RENAME id TO key", "column app.post.id renamed to app.post.key|")]
    [TestCase(
        "ALTER TABLE app.post DROP COLUMN words; ALTER TABLE app.post ADD words int",
        "column app.post.words changed: generated from (1 + 1) to none")]
    [TestCase("CREATE TABLE app.n (a int PRIMARY KEY); DROP VIEW app.names", "table app.n added|view app.names dropped")]
    public async Task Show_what_a_migration_did(string change, string words)
    {
        await using var copy = await TestDatabase.CreateAsync(template);
        var before = await ReadAsync(copy);
        await copy.ExecuteAsync(change);

        var effects = CatalogComparison.Effects(before, await ReadAsync(copy)).Select(difference => difference.AsEffect());

        Assert.That(string.Join('|', effects), Does.StartWith(words.TrimEnd('|')));
    }

    static async Task<CatalogSnapshot> ReadAsync(TestDatabase database)
    {
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        return await CatalogSnapshot.ReadAsync(session, CatalogScope.Everything, CancellationToken.None);
    }
}

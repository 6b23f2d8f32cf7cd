using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Split;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Scratch;
using DbGate.Statements;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Split;

/// <summary>A migration spread over two releases: the same schema in the end, and in between old and new processes both work.</summary>
[Category("Postgres")]
public sealed class SplitMigrations
{
    const string History = """
        CREATE ROLE split_app;
        CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, name text, age int NOT NULL, born date DEFAULT now(), UNIQUE (email));
        CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int REFERENCES users, total int NOT NULL DEFAULT 0, note varchar(20));
        CREATE INDEX orders_user ON orders (user_id);
        GRANT SELECT, INSERT, UPDATE ON users, orders TO split_app;
        """;

    ThrowawayServer server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => server = await TestServer.StartLocalAsync(new ThrowawayOptions());

    [OneTimeTearDown]
    public async Task StopAsync() => await (server?.DisposeAsync() ?? ValueTask.CompletedTask);

    [TestCase("ALTER TABLE users DROP COLUMN age;", "expand contract")]
    [TestCase("ALTER TABLE orders DROP COLUMN note, ADD COLUMN remark text;", "expand contract")]
    [TestCase("DROP TABLE orders;", "contract")]
    [TestCase("ALTER TABLE users RENAME COLUMN email TO mail;", "expand fill contract")]
    [TestCase("ALTER TABLE users RENAME COLUMN age TO \"Age in years\"; "
        + "ALTER TABLE users RENAME CONSTRAINT users_email_key TO unique_email;",
        "expand fill contract")]
    [TestCase("ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME CONSTRAINT users_pkey TO people_pkey;", "expand contract")]
    [TestCase("UPDATE users SET name = '' WHERE name IS NULL; ALTER TABLE users ALTER COLUMN name SET NOT NULL;", "fill contract")]
    [TestCase("ALTER TABLE users ADD COLUMN phone text NOT NULL;", "expand contract")]
    [TestCase("ALTER TABLE orders ALTER COLUMN total TYPE text;", "expand fill contract cleanup")]
    [TestCase("ALTER TABLE orders ALTER COLUMN note TYPE int USING length(note);", "expand fill contract cleanup")]
    [TestCase("CREATE UNIQUE INDEX one_name ON users (name); CREATE TABLE logs (id int NOT NULL, UNIQUE (id)); REVOKE INSERT ON users FROM "
        + "split_app;", "expand contract")]
    public async Task Give_the_same_schema_and_work_in_between(string sql, string parts)
    {
        var (split, evidence) = await ProveAsync(sql);

        Assert.That(split.Refusals, Is.Empty);
        Assert.That(string.Join(' ', split.Parts.Select(part => part.Suffix)), Is.EqualTo(parts));
        Assert.That(evidence!.Differences, Is.Empty);
        Assert.That(evidence.Failing, Is.Empty, string.Join("\n", split.Parts.Select(part => part.Text)));
        Assert.That(evidence.Tested, Is.AtLeast(4));
    }

    [TestCase("DO $$ BEGIN END $$;", "what a block does is not known")]
    [TestCase("ALTER TABLE users DROP CONSTRAINT users_email_key;", "ON CONFLICT")]
    [TestCase("UPDATE users SET name = 'x';", "writes rows that both releases use")]
    [TestCase("ALTER TABLE users SET SCHEMA archive;", "two schemas")]
    [TestCase("BEGIN; ALTER TABLE users DROP COLUMN age; COMMIT;", "remove BEGIN and COMMIT")]
    [TestCase("CREATE OR REPLACE VIEW v AS SELECT 1;", "both releases use what it replaces")]
    [TestCase("CREATE TYPE k AS ENUM ('a'); ALTER TYPE k RENAME VALUE 'a' TO 'b';", "two names of one value")]
    [TestCase("ALTER TABLE users ENABLE ROW LEVEL SECURITY;", "it is not known what the running release makes of it")]
    public async Task Refuse_by_name_what_cannot_be_split(string sql, string why)
    {
        var (split, _) = await ProveAsync(sql);

        Assert.That(split.Refusals.Select(refusal => refusal.Why), Has.Some.Contains(why));
        Assert.That(split.Parts, Is.Empty);
        Assert.That(split.Refusals[0].Location.File, Is.EqualTo("m.sql"));
    }

    /// <summary>A proof that cannot fail proves nothing.</summary>
    [Test]
    public async Task Are_refused_when_the_parts_give_something_else()
    {
        var proof = new SplitProof(server.Url, "public");
        var before = await proof.BeginAsync([Script(History.Replace("CREATE ROLE split_app;", RoleOnce))], default);
        var wrong = new MigrationSplit(
            [new SplitPart("expand", 1, ["ALTER TABLE users DROP COLUMN name"]), new SplitPart("contract", 2, ["SELECT 1"])], [], []);
        var evidence = await proof.ProveAsync(before, Script("ALTER TABLE users DROP COLUMN age;"), wrong, default);

        Assert.That(evidence.Differences, Has.Count.EqualTo(2));
        Assert.That(evidence.Failing, Has.Some.Contains("column \"name\"").And.Some.StartsWith("running release"));
    }

    /// <summary>Rows that old and new processes write while both run.</summary>
    [TestCase("ALTER TABLE orders RENAME COLUMN note TO remark;", "remark", "'new'", "note", "'old'", "new,old,changed,again")]
    [TestCase("ALTER TABLE orders ALTER COLUMN note TYPE int USING length(note);", "note_new", "7", "note", "'four'", "7,4,7,5")]
    public async Task Keep_both_columns_in_step(string sql, string added, string addedValue, string old, string oldValue, string expected)
    {
        await using var database = await TestDatabase.CreateAsync(server.Url);
        await database.ExecuteAsync(History.Replace("CREATE ROLE split_app;", RoleOnce));
        await database.ExecuteAsync(
            "INSERT INTO users (email, age) VALUES ('a', 1); INSERT INTO orders (user_id, note) VALUES (1, 'before')");
        await using var session = await Session.OpenAsync(database.Url, null, default);
        var split = new MigrationSplitter(
            Script(sql), await DbGate.Migrations.Compatibility.SchemaFacts.ReadAsync(session, default), "public").Split();
        foreach (var part in split.Parts.Where(part => part.Release == 1))
        {
            await database.ExecuteAsync(part.Text);
        }

        await database.ExecuteAsync(
            $"""
            INSERT INTO orders (user_id, {added}) VALUES (1, {addedValue}); INSERT INTO orders (user_id, {old}) VALUES (1, {oldValue});
            INSERT INTO orders (user_id, {old}) VALUES (1, 'first'); UPDATE orders SET {old} = 'changed' WHERE id = 4;
            INSERT INTO orders (user_id, {added}) VALUES (1, NULL); UPDATE orders SET {old} = 'again' WHERE id = 5;
            """);
        var filled = await session.ScalarAsync<string>($"SELECT {added}::text FROM orders WHERE id = 1", default);
        Assert.That(filled, Is.EqualTo(expected.StartsWith('7') ? "6" : "before"), "what was there is copied");
        foreach (var part in split.Parts.Where(part => part.Release > 1))
        {
            await database.ExecuteAsync(part.Text);
        }

        var kept = expected.StartsWith('7') ? old : added;
        Assert.That(
            await session.ScalarAsync<string>($"SELECT string_agg({kept}::text, ',' ORDER BY id) FROM orders WHERE id > 1", default),
            Is.EqualTo(expected));
    }

    [Test]
    public async Task Are_written_for_Prisma_and_the_original_waits_where_no_tool_finds_it()
    {
        using var project = Project();
        var step = await RunAsync(project);

        step.Expect(null);
        Assert.That(
            Files(project.Root),
            Is.EqualTo(new[]
            {
                "dbgate-split/original/prisma/migrations/20260202000000_drop/migration.sql.later",
                "dbgate-split/release-2/prisma/migrations/20260202000001_drop_contract/migration.sql.later",
                "prisma/migrations/20260101000000_init/migration.sql", "prisma/migrations/20260202000000_drop_expand/migration.sql",
            }));
        Assert.That(step.Result.Facts.Single(fact => fact.Name == "proof").Value, Does.Contain("objects of the catalog are the same"));
        Assert.That(
            await File.ReadAllTextAsync(project.Of("prisma/migrations/20260202000000_drop_expand/migration.sql")),
            Is.EqualTo("ALTER TABLE \"User\" ALTER COLUMN \"mail\" DROP NOT NULL;\n"));
    }

    [Test]
    public async Task Leave_everything_as_it_is_when_a_statement_cannot_be_split()
    {
        using var project = Project("DO $$ BEGIN END $$;\n");
        var files = Files(project.Root);
        (await RunAsync(project)).Expect("DBG0551", DbGate.Problems.ExitCode.Blocked);
        Assert.That(Files(project.Root), Is.EqualTo(files));
        (await RunAsync(project, new() { ["migration"] = "other" })).Expect("DBG0553", DbGate.Problems.ExitCode.Usage);
    }

    [TestCase("db/V7__drop_phone.sql", "V9__last.sql", "db/V7__drop_phone_expand.sql db/V10__drop_phone_contract.sql")]
    [TestCase("db/V1.7__drop.sql", "V1.7__drop.sql", "db/V1.7__drop_expand.sql db/V1.8__drop_contract.sql")]
    [TestCase("db/20260101000000_drop.sql", "20260101000000_drop.sql",
        "db/20260101000000_drop_expand.sql db/20260101000001_drop_contract.sql")]
    [TestCase("db/0009-drop.sql", "0009-drop.sql", "db/0009-drop_expand.sql db/0010-drop_contract.sql")]
    [TestCase("db/drop.sql", "drop.sql", null)]
    public void Have_names_as_their_tool_orders_them(string original, string newest, string? expected) => Assert.That(
        SplitFiles.From([new("expand", 1, ["SELECT 1"]), new("contract", 2, ["SELECT 2"])], original, [original[3..], newest]) is { } files
            ? string.Join(' ', files.Select(file => file.Target ?? file.Path))
            : null,
        Is.EqualTo(expected));

    [TestCase("ALTER TABLE ONLY \"add\".t ADD COLUMN a int NOT NULL CHECK (a IS NOT NULL AND a > 1), DROP b",
        "ALTER TABLE ONLY \"add\".t", "ADD COLUMN a int CHECK (a IS NOT NULL AND a > 1)", "DROP b")]
    [TestCase("alter table t alter a type numeric(1, 2) using f(a, 1)", "alter table t", "alter a type numeric(1, 2) using f(a, 1)")]
    public void Are_made_of_single_actions(string statement, string head, params string[] actions)
    {
        var (before, texts) = ActionTexts.From(statement);
        Assert.That(before, Is.EqualTo(head));
        Assert.That(texts.Select(ActionTexts.Nullable), Is.EqualTo(actions));
    }

    const string RoleOnce = "DO $$ BEGIN CREATE ROLE split_app; EXCEPTION WHEN duplicate_object THEN END $$;";

    async Task<(MigrationSplit Split, SplitEvidence? Evidence)> ProveAsync(string sql)
    {
        var proof = new SplitProof(server.Url, "public");
        var before = await proof.BeginAsync([Script(History.Replace("CREATE ROLE split_app;", RoleOnce))], default);
        var split = new MigrationSplitter(Script(sql), before, "public").Split();
        return (split, split.Refusals.Count > 0 ? null : await proof.ProveAsync(before, Script(sql), split, default));
    }

    static async Task<StepReport> RunAsync(GatedProject project, Dictionary<string, string>? options = null)
    {
        await using var run = new GateRunner(new GateContext(project.Read(options: options)));
        return await run.ExecuteAsync(new SplitStep(), default);
    }

    static SqlScript Script(string sql) => StatementSplitter.Split(sql, "m.sql");

    static GatedProject Project(string first = "") => new GatedProject()
        .With("prisma/migrations/20260101000000_init/migration.sql", "CREATE TABLE \"User\" (id int PRIMARY KEY, mail text NOT NULL);\n")
        .With("prisma/migrations/20260202000000_drop/migration.sql", $"{first}ALTER TABLE \"User\" DROP COLUMN mail;\n");

    static string[] Files(string root) =>
    [
        .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => file.Contains("migration"))
            .Order(StringComparer.Ordinal),
    ];
}

using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>What one schema change does to one query of the running release, each kind once.</summary>
[Category("Postgres")]
public sealed class Effects
{
    const string Schema = """
        CREATE DOMAIN small AS int CHECK (VALUE > 0);
        CREATE TYPE state AS ENUM ('old', 'done');
        CREATE TABLE t (id serial PRIMARY KEY, a text, n numeric(10,2), d small, g int GENERATED ALWAYS AS (1 + 1) STORED, at timestamp(3),
          s state, word varchar(20), flag text DEFAULT 'x');
        CREATE TABLE part (id int, k int) PARTITION BY RANGE (k);
        CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
        CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20);
        CREATE VIEW v AS SELECT id, a FROM t;
        CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql STABLE AS 'SELECT x';
        CREATE TABLE secret (id int, owner text);
        ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON secret USING (owner = current_user);
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO effects_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO effects_app;
        """;

    ThrowawayServer server = null!;
    TestDatabase template = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await TestServer.StartLocalAsync(new ThrowawayOptions());
        template = await TestDatabase.CreateAsync(server.Url);
        await template.ExecuteAsync("CREATE ROLE effects_app LOGIN PASSWORD 'shop'");
        await template.ExecuteAsync(Schema);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (template?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TestCase("INSERT INTO t (a) VALUES ($1)", "ALTER TABLE t ADD COLUMN x int NOT NULL", "Fails", "null value in column \"x\"")]
    [TestCase("INSERT INTO t (a) VALUES ($1)", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "MayFail", "does not take NULL")]
    [TestCase("UPDATE t SET a = $1 WHERE id = $2", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "MayFail", "does not take NULL")]
    [TestCase("UPDATE t SET a = $1 WHERE id = $2",
        "ALTER TABLE t DROP COLUMN a CASCADE, ADD COLUMN a text GENERATED ALWAYS AS ('x') STORED",
        "Fails", "can only be updated to DEFAULT")]
    [TestCase("INSERT INTO t (id) VALUES ($1)",
        "ALTER TABLE t ALTER COLUMN id DROP DEFAULT, ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY", "Fails",
        "cannot insert a non-DEFAULT value")]
    [TestCase("INSERT INTO t (a) VALUES ($1)", "ALTER TABLE t ALTER COLUMN flag SET DEFAULT 'y'", "Differs",
        "the default of column \"flag\"")]
    [TestCase("INSERT INTO t (a, flag) VALUES ($1, $2)", "ALTER TABLE t ALTER COLUMN flag SET DEFAULT 'y'", "", "")]
    [TestCase("UPDATE t SET word = $1", "ALTER TABLE t ALTER COLUMN word TYPE varchar(10)", "MayFail", "is character varying(10)")]
    [TestCase("UPDATE t SET n = $1", "ALTER TABLE t ALTER COLUMN n TYPE numeric(10,4)", "MayFail", "is numeric(10,4)")]
    [TestCase("UPDATE t SET n = $1", "ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)", "", "")]
    [TestCase("UPDATE t SET n = $1", "ALTER TABLE t ALTER COLUMN n TYPE numeric(9,1)", "", "")]
    [TestCase("UPDATE t SET at = $1", "ALTER TABLE t ALTER COLUMN at TYPE timestamp(0)", "", "")]
    [TestCase("INSERT INTO t (a) VALUES ($1)", "CREATE UNIQUE INDEX one ON t (a)", "MayFail", "the new unique one")]
    [TestCase("INSERT INTO t (a) VALUES ($1)", "ALTER TABLE t ADD CONSTRAINT short CHECK (length(a) < 5)", "MayFail",
        "the new check short")]
    [TestCase("UPDATE t SET n = $1", "ALTER TABLE t ADD CONSTRAINT short CHECK (length(a) < 5) NOT VALID", "MayFail",
        "the new check short")]
    [TestCase("UPDATE t SET n = $1", "ALTER TABLE t ADD CONSTRAINT short CHECK (length(a) < 5)", "", "")]
    [TestCase("INSERT INTO t (d) VALUES ($1)", "ALTER DOMAIN small ADD CONSTRAINT most CHECK (VALUE < 100)", "MayFail",
        "the new check most")]
    [TestCase("UPDATE t SET a = $1", "ALTER DOMAIN small ADD CONSTRAINT most CHECK (VALUE < 100)", "", "")]
    [TestCase("INSERT INTO part VALUES ($1, $2)", "DROP TABLE part_2", "MayFail", "the changed partitioning")]
    [TestCase("INSERT INTO part VALUES ($1, $2)", "CREATE TABLE part_3 PARTITION OF part FOR VALUES FROM (20) TO (30)", "", "")]
    [TestCase("SELECT s FROM t", "ALTER TYPE state ADD VALUE 'new'", "MayFail", "the new label new")]
    [TestCase("UPDATE t SET s = $1", "ALTER TYPE state RENAME VALUE 'old' TO 'older'", "MayFail", "does not have old")]
    [TestCase("SELECT id FROM secret", "REVOKE SELECT ON secret FROM effects_app", "Fails", "permission denied")]
    [TestCase("SELECT id FROM secret", "DROP POLICY own ON secret", "Fails", "hides every row")]
    [TestCase("SELECT id FROM secret", "ALTER POLICY own ON secret USING (owner = 'other')", "MayFail", "the policies of public.secret")]
    [TestCase("INSERT INTO t (a) VALUES ($1)", "REVOKE USAGE ON SEQUENCE t_id_seq FROM effects_app", "Fails",
        "the sequence of column \"id\"")]
    [TestCase("SELECT f(1) AS f", "DROP FUNCTION f(int); CREATE FUNCTION f(x int, y int) RETURNS int LANGUAGE sql AS 'SELECT x'", "Fails",
        "function f(integer) does not exist")]
    [TestCase("SELECT f(1) AS f", "CREATE OR REPLACE FUNCTION f(x int) RETURNS int LANGUAGE sql STABLE AS 'SELECT x + 1'", "Differs",
        "the function f has another body")]
    [TestCase("SELECT a FROM v", "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE id > 5", "Differs", "the view public.v")]
    [TestCase("SELECT a FROM v", "DROP VIEW v; CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO effects_app", "Fails",
        "column \"a\" does not exist")]
    public async Task Are_found_with_their_weight(string query, string migration, string weight, string words)
    {
        var copies = new List<TestDatabase>();
        try
        {
            var report = await new CompatibilityTest(async _ =>
            {
                copies.Add(await TestDatabase.CreateAsync(server.Url, template));
                return OldRelease.CopyOf(copies[^1]);
            }).RunAsync(
                new("test", [new RunningQuery("effects_app", query, 1, 0)]),
                [new PendingMigration("m1", StatementSplitter.Split(migration, "m1.sql"), TransactionRule.PerStatement)], default);

            Assert.That(report.Tested, Is.EqualTo(1), string.Join("; ", report.Untested));
            Assert.That(report.Stop, Is.Null);
            Assert.That(
                report.Breaks.Where(one => one.Weight != BreakWeight.FailsOnce).Select(one => $"{one.Weight}"),
                Is.EqualTo(weight.Length == 0 ? [] : new[] { weight }));
            Assert.That(weight.Length == 0 || report.Breaks[0].Words.Contains(words), report.Breaks.FirstOrDefault()?.Words);
        }
        finally
        {
            foreach (var copy in copies)
            {
                await copy.DisposeAsync();
            }
        }
    }
}

using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Lint;

/// <summary>Statements whose rehearsal does not prove what they do in production.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Unproven
{
    const string Purge = "CREATE FUNCTION purge() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; RETURN 1; END $$;\n";

    [TestCase("DO $$ BEGIN IF now() > '2027-01-01' THEN DELETE FROM t; END IF; END $$")]
    [TestCase("DO $$ BEGIN IF (SELECT count(*) FROM t) > 9 THEN TRUNCATE t; END IF; END $$")]
    [TestCase("DO $$ BEGIN EXECUTE convert_from(decode('00', 'hex'), 'utf8'); END $$")]
    [TestCase("DO $$ BEGIN DROP TABLE IF EXISTS t; END $$")]
    [TestCase("DO $$ BEGIN INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2; END $$")]
    [TestCase(Purge + "SELECT purge()")]
    [TestCase(Purge + "CREATE TABLE made AS SELECT purge() AS id")]
    [TestCase(Purge + "ALTER TABLE t ADD more int DEFAULT purge()")]
    [TestCase(Purge + "CREATE FUNCTION outer_one() RETURNS int LANGUAGE sql AS 'SELECT purge()'; SELECT outer_one()")]
    [TestCase(Purge + "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION purge()")]
    public void Run_code_that_can_delete_where_nothing_is_compared(string sql)
    {
        Assert.That(Find(sql, isCompared: false).Single(), Does.StartWith("it runs code that can delete or change rows"));
        Assert.That(Find(sql, isCompared: true), Is.Empty);
    }

    [TestCase("CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1'; ALTER TABLE t ALTER note TYPE text USING f(note)")]
    [TestCase("CREATE SERVER own FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db')")]
    [TestCase("IMPORT FOREIGN SCHEMA public FROM SERVER own INTO mine")]
    [TestCase("CREATE SUBSCRIPTION s CONNECTION 'host=db' PUBLICATION p")]
    public void Are_not_compared_by_any_engine(string sql) =>
        Assert.That((Find(sql, isCompared: true).Count, Find(sql, isCompared: false).Count), Is.EqualTo((1, 1)));

    [Test]
    public void Change_values_by_SQL_that_is_built() =>
        Assert.That(
            Find("DO $$ BEGIN EXECUTE format('UPDATE %I SET note = x()', 't'); END $$", isCompared: true, updates: true).Single(),
            Does.StartWith("it changes rows by SQL that it builds"));

    [TestCase("DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$")]
    [TestCase("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'c') THEN ALTER TABLE t ADD CONSTRAINT c "
        + "FOREIGN KEY (id) REFERENCES o (id) ON DELETE CASCADE ON UPDATE CASCADE; END IF; END $$")]
    [TestCase("DO $$ BEGIN PERFORM 1 FROM t FOR UPDATE; END $$")]
    [TestCase("DO $$ BEGIN DROP INDEX IF EXISTS i; END $$")]
    [TestCase("DELETE FROM t WHERE id = 1")]
    [TestCase("UPDATE t SET note = upper(note)")]
    [TestCase(Purge)]
    [TestCase("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at = now(); RETURN NEW; END $$; "
        + "CREATE TRIGGER x BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()")]
    [TestCase("CREATE TABLE \"server\" (id int); ALTER TABLE \"foreign\" ADD x int")]
    public void Are_no_others(string sql) => Assert.That(Find(sql, isCompared: false), Is.Empty);

    static IReadOnlyList<string> Find(string sql, bool isCompared, bool updates = false) =>
    [
        .. UnprovenStatements.Find(
            LintMigrationReader.Read(StatementSplitter.Split(sql, "migration.sql"), KnownSchema.Empty, TransactionRule.PerStatement),
            isCompared, updates).Select(found => found.Why),
    ];
}

using DbGate.Statements;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>Files that do the same to existing rows on every server.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PlainStatements
{
    [TestCase("CREATE TABLE a (id int PRIMARY KEY, b text DEFAULT 'x'); CREATE INDEX ON a (b);")]
    [TestCase("ALTER TABLE a ADD COLUMN c int DEFAULT 1; ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES b (id);")]
    [TestCase("CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; ALTER TABLE a RENAME b TO c; COMMENT ON TABLE a IS 'b';")]
    public void Are_not_compared(string sql) => Assert.That(Are(sql), Is.True);

    [TestCase("DO $$ BEGIN END $$")]
    [TestCase("SELECT f()")]
    [TestCase("CALL p()")]
    [TestCase("DELETE FROM a WHERE id = 1")]
    [TestCase("INSERT INTO a VALUES (1)")]
    [TestCase("CREATE TABLE a AS SELECT f() AS id")]
    [TestCase("CREATE TABLE a (id int); ALTER TABLE b ADD c int DEFAULT f()")]
    [TestCase("ALTER TABLE b ADD c int CHECK (f(c))")]
    [TestCase("ALTER TABLE b ADD CONSTRAINT c CHECK (f(c))")]
    [TestCase("ALTER TABLE b ALTER c TYPE int USING f(c)")]
    [TestCase("CREATE INDEX ON a (f(b))")]
    [TestCase("CREATE INDEX ON a (b) WHERE f(b)")]
    [TestCase("TRUNCATE a")]
    [TestCase("DROP TABLE a")]
    [TestCase("REFRESH MATERIALIZED VIEW v")]
    public void Are_no_others(string sql) => Assert.That(Are(sql), Is.False);

    static bool Are(string sql) =>
        DbGate.Migrations.Deploy.PlainStatements.AreAll(StatementSplitter.Split(sql, "migration.sql"));
}

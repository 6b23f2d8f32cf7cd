using DbGate.Migrations.Execution;
using DbGate.Migrations.Tools;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Execution;

[Parallelizable(ParallelScope.All)]
public sealed class Refusals
{
    [TestCase("BEGIN; SELECT 1;", "DBG0283", 1)]
    [TestCase("SELECT 1;\nSTART TRANSACTION;\nSELECT 2", "DBG0283", 2)]
    [TestCase("BEGIN; SELECT 1;\nCOMMIT AND CHAIN;", "DBG0283", 2)]
    [TestCase("SELECT 1;\nROLLBACK;", "DBG0284", 2)]
    [TestCase("SAVEPOINT s;", "DBG0284", 1)]
    [TestCase("BEGIN; COMMIT;\nRELEASE s;", "DBG0284", 2)]
    [TestCase("LOCK TABLE a", "DBG0284", 1)]
    [TestCase("SELECT 1;\ndiscard /* ; */ all;", "DBG0285", 2)]
    [TestCase("SELECT pg_advisory_unlock_all()", "DBG0285", 1)]
    [TestCase("BEGIN;\nPREPARE TRANSACTION 'x';", "DBG0286", 2)]
    [TestCase("COMMIT PREPARED 'x';", "DBG0286", 1)]
    [TestCase("COPY (SELECT 1) TO STDOUT", "DBG0287", 1)]
    [TestCase("SELECT 'a';\nSELECT $1", "DBG0235", 2)]
    public void Name_the_line_of_what_no_engine_runs_as_it_reads(string sql, string code, int line)
    {
        var problem = FileRules.Find(Split(sql), isRaw: false);

        Assert.That((problem?.Code.Id, problem?.Location?.Line), Is.EqualTo((code, (int?)line)));
    }

    [TestCase("BEGIN; SELECT 1; COMMIT;")]
    [TestCase("BEGIN; SELECT 1; END; SELECT 2;")]
    [TestCase("BEGIN; COMMIT AND NO CHAIN;")]
    [TestCase("BEGIN; SAVEPOINT s; ROLLBACK TO SAVEPOINT s; RELEASE s; COMMIT;")]
    [TestCase("ALTER TYPE e ADD VALUE 'a'; COMMIT; SELECT 1;")]
    [TestCase("LOCK TABLE a; SELECT 1;")]
    [TestCase("PREPARE p (int) AS SELECT $1; SELECT '$1', $$ $2 $$;")]
    [TestCase("DISCARD TEMP; SELECT 'discard all';")]
    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;")]
    public void Pass_what_pairs(string sql) => Assert.That(FileRules.Find(Split(sql), isRaw: true), Is.Null);

    [TestCase("SET LOCAL search_path = a; SELECT 1;", true)]
    [TestCase("SET LOCAL ROLE a; SELECT 1;", true)]
    [TestCase("BEGIN; SET LOCAL search_path = a; COMMIT;", false)]
    [TestCase("SET LOCAL lock_timeout = '5s'; SELECT 1;", false)]
    public void Take_a_local_setting_for_one_that_may_not_count_with_Prisma(string sql, bool refused) => Assert.That(
        (FileRules.Find(Split(sql), isRaw: true)?.Code.Id, FileRules.Find(Split(sql), isRaw: false)),
        Is.EqualTo((refused ? "DBG0284" : null, (DbGate.Problems.Problem?)null)));

    [TestCase("SELECT 1; DROP INDEX CONCURRENTLY i;", "DBG0289")]
    [TestCase("SELECT 1; CALL p();", "DBG0289")]
    [TestCase("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; CALL p();", "DBG0289")]
    [TestCase("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; CALL p();", null)]
    [TestCase("SELECT 1; VACUUM a;", "DBG0289")]
    [TestCase("SELECT 1; CREATE UNIQUE INDEX CONCURRENTLY i ON a (b);", null)]
    [TestCase("DROP INDEX CONCURRENTLY i;", null)]
    public void Demand_a_file_of_its_own_where_Prisma_may_send_one_transaction(string sql, string? code) => Assert.That(
        (FileRules.Find(Split(sql), isRaw: true)?.Code.Id, FileRules.Find(Split(sql), isRaw: false)),
        Is.EqualTo((code, (DbGate.Problems.Problem?)null)));

    [Test]
    public void Name_a_byte_order_mark_only_where_it_is_sent() => Assert.That(
        (FileRules.Find(Split("\uFEFFSELECT 1"), isRaw: true)?.Code.Id, FileRules.Find(Split("\uFEFFSELECT 1"), isRaw: false)),
        Is.EqualTo(("DBG0271", (DbGate.Problems.Problem?)null)));

    static SqlScript Split(string sql) => StatementSplitter.Split(sql, "m/migration.sql");
}

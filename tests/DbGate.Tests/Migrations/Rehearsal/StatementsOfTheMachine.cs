using DbGate.Migrations.Rehearsal;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>Statements that would run on the machine of the scratch server.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StatementsOfTheMachine
{
    [TestCase("COPY t FROM PROGRAM 'id'")]
    [TestCase("copy (select 1) to program 'sh -c x' with (format csv)")]
    [TestCase("COPY t (a, b) FROM '/etc/passwd'")]
    [TestCase("COPY t TO E'/tmp/x'")]
    [TestCase("SELECT pg_read_file('/etc/passwd')")]
    [TestCase("SELECT pg_catalog.pg_ls_dir('.')")]
    [TestCase("INSERT INTO t SELECT lo_import('/etc/passwd')")]
    [TestCase("LOAD 'x'")]
    [TestCase("CREATE FUNCTION f() RETURNS int AS 'lib', 'f' LANGUAGE C")]
    [TestCase("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$")]
    public void Are_found(string sql) => Assert.That(ServerPrograms.Find(sql), Is.Not.Null);

    [TestCase("COPY t FROM STDIN")]
    [TestCase("COPY t (program) TO STDOUT")]
    [TestCase("CREATE TABLE program (copy int)")]
    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$")]
    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE SQL AS 'SELECT 1'")]
    [TestCase("COMMENT ON TABLE t IS 'COPY t FROM PROGRAM x'")]
    public void Are_no_others(string sql) => Assert.That(ServerPrograms.Find(sql), Is.Null);

    [Test]
    public void Are_refused_with_their_place()
    {
        var script = StatementSplitter.Split("SELECT 1;\nCOPY t FROM PROGRAM 'id';\n", "m1/migration.sql");

        Assert.That(
            () => ServerPrograms.Demand([script]),
            Failure.From("DBG0545", problem => problem.Code.ExitCode == ExitCode.Blocked && problem.Location?.Line == 2));
    }
}

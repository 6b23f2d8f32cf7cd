using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Tests.Statements;

[Parallelizable(ParallelScope.All)]
public sealed class RefusedFiles
{
    [TestCase("SELECT 1;\nSELECT 'a;\n", "DBG0230", 2)]
    [TestCase("SELECT E'a\\", "DBG0230", 1)]
    [TestCase("SELECT \"a;\n", "DBG0230", 1)]
    [TestCase("\nDO $a$ $b$;", "DBG0230", 2)]
    [TestCase("/* /* */", "DBG0230", 1)]
    [TestCase("SELECT 1;\nCOPY t (a, b) FROM stdin WITH (FORMAT csv);\n1,'\n\\.\n", "DBG0231", 2)]
    [TestCase("SELECT 1;\n  \\connect other\nSELECT 2", "DBG0232", 2)]
    [TestCase("SET standard_conforming_strings = off;", "DBG0233", 1)]
    [TestCase("SET LOCAL standard_conforming_strings TO 'off'", "DBG0233", 1)]
    [TestCase("SELECT 1;\nS\0E\0L\0", "DBG0234", 2)]
    public void Are_named_with_code_and_line(string sql, string code, int line)
    {
        var refusal = Assert.Throws<GateException>(() => StatementSplitter.Split(sql, "m/migration.sql"))!.Problem;

        Assert.That((refusal.Code.Id, refusal.Location?.File, refusal.Location?.Line), Is.EqualTo((code, "m/migration.sql", line)));
    }

    [TestCase("COPY t TO stdout")]
    [TestCase("COPY t FROM '/srv/rows.csv'")]
    [TestCase("COPY (SELECT a FROM stdin) TO '/tmp/x'")]
    [TestCase("SET standard_conforming_strings = on")]
    [TestCase("SET statement_timeout = 0")]
    [TestCase(@"SELECT '\connect'")]
    public void Do_not_include_what_looks_alike(string sql) =>
        Assert.That(StatementSplitter.Split(sql, "migration.sql").Statements, Has.Count.EqualTo(1));
}

using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Lint;

[Parallelizable(ParallelScope.All)]
public sealed class Waivers
{
    static LintReport Lint(string sql) => Linter.Lint(
        [StatementSplitter.Split("CREATE TABLE t (id int, a text, b text);", "applied.sql")],
        [StatementSplitter.Split($"SET LOCAL lock_timeout = '5s';\n{sql}", "pending.sql")],
        TransactionRule.WholeFile,
        new DateOnly(2026, 11, 23));

    static string[] Codes(LintReport report) => [.. report.Problems.Select(problem => problem.Code.Id)];

    [TestCase("-- dbgate:allow drop-column until 2026-12-31 reason: unused\nALTER TABLE t DROP COLUMN a;")]
    [TestCase("-- dbgate:allow DBG0242 until 2026-11-23 reason: the last day still counts\nALTER TABLE t DROP COLUMN a;")]
    [TestCase("ALTER TABLE t /* dbgate:allow drop-column until 2026-12-31 reason: unused */ DROP COLUMN a;")]
    [TestCase(
        "/*\n dbgate:allow rename, drop-column\n until 2026-12-31\n reason: unused\n*/\n-- another comment\nALTER TABLE t DROP COLUMN a;")]
    public void Let_the_findings_of_their_statement_pass(string sql)
    {
        var report = Lint(sql);

        Assert.That(Codes(report), Is.Empty);
        Assert.That(report.Waived.Select(waived => waived.Problem.Code.Id), Is.EqualTo(new[] { "DBG0242" }));
    }

    [TestCase(
        "-- dbgate:allow drop-column until 2026-12-31 reason: unused\nALTER TABLE t DROP COLUMN a;\nALTER TABLE t DROP COLUMN b;",
        new[] { "DBG0242" })]
    [TestCase("-- dbgate:allow drop-table until 2026-12-31 reason: unused\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0242", "DBG0282" })]
    [TestCase("ALTER TABLE t DROP COLUMN a; -- dbgate:allow drop-column until 2026-12-31 reason: unused", new[] { "DBG0242", "DBG0282" })]
    [TestCase("-- dbgate:allow drop-column until 2026-11-22 reason: over\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0242", "DBG0280" })]
    [TestCase("-- dbgate:allow drop-column reason: for ever\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0281", "DBG0242" })]
    [TestCase("-- dbgate:allow drop-column until 2026-02-30 reason: no day\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0281", "DBG0242" })]
    [TestCase("-- dbgate:allow drop-column until 2026-12-31 reason:\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0281", "DBG0242" })]
    [TestCase("-- dbgate:allow drop-colum until 2026-12-31 reason: a slip\nALTER TABLE t DROP COLUMN a;", new[] { "DBG0281", "DBG0242" })]
    public void Let_nothing_else_pass(string sql, string[] codes) => Assert.That(Codes(Lint(sql)), Is.EqualTo(codes));

    [Test]
    public void Block_when_they_have_expired()
    {
        var expired = Lint("-- dbgate:allow drop-column until 2026-11-22 reason: over\nSELECT 1;").Problems.Single();

        Assert.That((expired.Severity, expired.Location?.ToString()), Is.EqualTo((Severity.Error, "pending.sql:2")));
    }
}

using DbGate.Migrations;
using DbGate.Migrations.Execution;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Execution;

[Parallelizable(ParallelScope.All)]
public sealed class Steps
{
    [TestCase("SELECT 1; SELECT 2", "begin|SELECT 1|SELECT 2|end of the row|commit")]
    [TestCase("BEGIN; SELECT 1; COMMIT", "BEGIN|SELECT 1|COMMIT")]
    [TestCase("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3", "begin|SELECT 1|BEGIN|SELECT 2|COMMIT|begin|SELECT 3|end of the row|commit")]
    [TestCase("SELECT 1; COMMIT; SELECT 2", "begin|SELECT 1|COMMIT|begin|SELECT 2|end of the row|commit")]
    [TestCase("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT", "BEGIN|SELECT 1|COMMIT AND CHAIN|SELECT 2|COMMIT")]
    [TestCase("VACUUM", "VACUUM")]
    public void Make_a_script_that_is_sent_whole_explicit(string sql, string steps) =>
        Assert.That(
            string.Join('|', ScriptSteps.From(Split(sql), TransactionRule.WholeFile, "end of the row").Select(step => step.Text)),
            Is.EqualTo(steps));

    [TestCase("SELECT 1; SELECT 2", "Alone|Alone")]
    [TestCase("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3", "Alone|Control|Statement|Control|Alone")]
    public void Leave_statements_alone_where_each_commits(string sql, string kinds) =>
        Assert.That(
            string.Join('|', ScriptSteps.From(Split(sql), TransactionRule.PerStatement).Select(step => step.Kind)), Is.EqualTo(kinds));

    static SqlScript Split(string sql) => StatementSplitter.Split(sql, "m/migration.sql");
}

using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Statements;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
public sealed class Verdicts : RehearsalFixture
{
    [TestCase("DROP TABLE empty", "DBG0240", Severity.Information)]
    [TestCase("DROP TABLE posts", "DBG0240", Severity.Error)]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(30)", "DBG0246", Severity.Information)]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(14) USING mail::varchar(14)", "DBG0246", Severity.Error)]
    [TestCase("ALTER TABLE users ALTER mail TYPE text", "DBG0247", Severity.Information)]
    [TestCase("ALTER TABLE users ALTER id TYPE bigint", "DBG0247", Severity.Warning)]
    [TestCase("ALTER TABLE empty ADD n int NOT NULL", "DBG0250", Severity.Information)]
    [TestCase("ALTER TABLE notes ADD n int DEFAULT abs(5) NOT NULL;\nDO $$ BEGIN\n TRUNCATE empty; END $$", "DBG0244", Severity.Information)]
    public async Task Rest_on_what_was_measured(string sql, string code, Severity severity)
    {
        await using var database = await NewDatabaseAsync();
        var script = StatementSplitter.Split($"SET LOCAL lock_timeout = '5s';\n{sql};", "m1/migration.sql");
        var lint = Linter.Lint([], [script], TransactionRule.WholeFile, new DateOnly(2026, 11, 23));

        var weighed = MeasuredVerdict.Weigh(lint, await RehearseAsync(database, new PendingMigration("m1", script, TransactionRule.WholeFile)));

        var problem = weighed.Problems.Single(problem => problem.Code.Id == code);
        Assert.That(problem.Severity, Is.EqualTo(severity), problem.Cause);
        Assert.That(problem.Cause, Does.Contain("ehearsed: "));
    }
}

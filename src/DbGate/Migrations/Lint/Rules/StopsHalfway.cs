using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class StopsHalfway() : LintRule(HalfwayCode, "stops-halfway", Severity.Warning)
{
    public static readonly ProblemCode HalfwayCode = new("DBG0274", "A migration can stop halfway", ExitCode.Blocked);

    public override string Reason => "the statement refuses a transaction, so that each statement of the file is committed by itself";

    public override string Safer => "Make it the only statement of its migration";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        where migration.Transactions == TransactionRule.PerStatement && migration.Script.Statements.Count > 1 && statement.Offset == 0
        where statement.Through is null && NonTransactional.Is(statement.Source) && !migration.InTransactionBlock(statement)
        select new LintFinding(this, statement, Message(statement.Index, migration.Script.Statements.Count));

    static string Message(int index, int count) =>
        index == 0 ? $"if a later statement fails, statement 1 of {count} stays"
        : index == 1 ? $"if statement 2 of {count} fails, statement 1 stays"
        : $"if statement {index + 1} of {count} fails, statements 1-{index} stay";
}

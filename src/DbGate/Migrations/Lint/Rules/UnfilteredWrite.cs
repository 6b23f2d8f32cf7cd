using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class UnfilteredWrite() : LintRule(UnfilteredCode, "unfiltered-write", Severity.Error)
{
    public static readonly ProblemCode UnfilteredCode = new("DBG0245", "DELETE or UPDATE without WHERE", ExitCode.Blocked);

    public override string Reason => "it changes every row, keeps each locked until the end, and leaves a dead copy of each behind";

    public override string Safer => "say which rows with a WHERE; change a large table in batches outside of the migration";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let message = Message(statement)
        where message is not null
        select new LintFinding(this, statement, message);

    // To fill a column that the migration has just added loses nothing.
    static string? Message(LintStatement statement) => statement.Parsed switch
    {
        Delete { Filtered: false } delete when statement.Touches(delete.Table) => $"DELETE FROM {delete.Table} has no WHERE and loses all rows",
        Update { Filtered: false } update when !update.Columns.All(column => statement.Before.IsNew(update.Table, column)) =>
            $"UPDATE {update.Table} has no WHERE and overwrites {string.Join(", ", update.Columns.Select(QualifiedName.Quote))} in every row",
        _ => null,
    };
}

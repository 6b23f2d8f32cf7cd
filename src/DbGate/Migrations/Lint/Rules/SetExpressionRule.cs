using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SetExpressionRule() : ActionRule<SetExpression>(RewritesCode, "set-expression", Severity.Warning)
{
    public static readonly ProblemCode RewritesCode = new("DBG0292", "A stored generated column is recomputed", ExitCode.Blocked);

    public override Claim Claims => Claim.Rewrite;

    public override string Reason => "every row is computed and written again while reads are blocked; a virtual column is not";

    public override string Safer =>
        "Add a column with the new expression, switch the code over, and drop the old column in a later release";

    protected override LintFinding? Inspect(SetExpression action, QualifiedName table, LintStatement statement) =>
        statement.Before.Find(table)?.Columns.GetValueOrDefault(action.Column) is { Stored: false }
            ? null
            : new LintFinding(
                this, statement, $"SET EXPRESSION on {table}.{QualifiedName.Quote(action.Column)} rewrites the table if it is stored")
            {
                Rewrites = statement.Before.Find(table)?.Columns.ContainsKey(action.Column) == true ? true : null,
                Table = table,
            };
}

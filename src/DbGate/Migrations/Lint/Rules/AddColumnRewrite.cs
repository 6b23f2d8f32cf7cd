using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddColumnRewrite() : ActionRule<AddColumn>(RewritesCode, "add-column-rewrite", Severity.Warning)
{
    public static readonly ProblemCode RewritesCode = new("DBG0249", "A new column rewrites the table", ExitCode.Blocked);

    public override Claim Claims => Claim.Rewrite;

    public override string Reason =>
        "the value differs from row to row, so the server computes and writes every row while reads are blocked";

    public override string Safer =>
        "add the column without a default, set the default in a second statement (it holds for new rows only), then fill the old "
            + "rows in batches";

    protected override LintFinding? Inspect(AddColumn action, QualifiedName table, LintStatement statement) =>
        Why(action.Column, statement) is var (why, certain)
            ? new LintFinding(this, statement, $"ADD COLUMN {QualifiedName.Quote(action.Column.Name)} to {table} rewrites it: {why}")
            {
                Rewrites = certain ? true : null,
                Table = table,
            }
            : null;

    static (string Why, bool Certain)? Why(ColumnDefinition column, LintStatement statement)
    {
        var call = column.Default?.Calls.FirstOrDefault(name => !Volatility.Stable.Contains(name) && !Volatility.Grammar.Contains(name));
        return column switch
        {
            { Stored: true } => ("it is a stored generated column", true),
            { Identity: true } => ("it is an identity column", true),
            { Type.IsSerial: true } => ($"{column.Type} takes each value from a sequence", true),
            _ when statement.Before.Domains.ContainsKey(
                column.Type.Name) => ($"the constraints of domain {column.Type} are checked for every row", true),
            _ when call is null => null,
            _ when Volatility.Volatile.Contains(call)
                || Volatility.VolatileInExtensions.Contains(call) => ($"{call}() gives each row another value", true),
            _ => ($"unless {call}() is stable or immutable", false),
        };
    }
}

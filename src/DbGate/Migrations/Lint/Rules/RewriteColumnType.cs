using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RewriteColumnType() : ActionRule<AlterColumnType>(RewritesCode, "rewrite-column-type", Severity.Warning)
{
    public static readonly ProblemCode RewritesCode = new("DBG0247", "A type change rewrites the table", ExitCode.Blocked);

    public override Claim Claims => Claim.Rewrite;

    public override string Reason => "table and indexes are rewritten while reads are blocked; it takes the space of both";

    public override string Safer =>
        "add a column of the new type, keep both in step with a trigger, fill it in batches, switch over in a short transaction";

    protected override LintFinding? Inspect(AlterColumnType action, QualifiedName table, LintStatement statement)
    {
        var change = ColumnTypeChange.From(action, table, statement);
        var from = change.Old is null ? "its type, unless that is stored alike," : $"{change.Old}";
        return change.Change.Rewrites && !change.Shifts
            ? new LintFinding(
                this, statement, $"{table}.{QualifiedName.Quote(action.Column)} from {from} to {action.Type} rewrites the table")
            {
                Rewrites = change.Old is null ? null : true,
                Table = table,
            }
            : null;
    }
}

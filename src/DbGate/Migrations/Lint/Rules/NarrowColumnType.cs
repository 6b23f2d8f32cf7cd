using DbGate.Migrations.Lint.Schema;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class NarrowColumnType() : ActionRule<AlterColumnType>(NarrowsCode, "narrow-column-type", Severity.Error)
{
    public static readonly ProblemCode NarrowsCode = new("DBG0246", "A column's new type cannot hold all its values", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "what does not fit is rounded or cut without a word, or the statement fails on it";

    public override string Safer =>
        "add a column of the new type, fill it, compare, switch the code over, and drop the old column in a later release";

    protected override LintFinding? Inspect(AlterColumnType action, QualifiedName table, LintStatement statement)
    {
        var change = ColumnTypeChange.From(action, table, statement);
        var from = change.Old is null ? "" : $" from {change.Old}";
        var column = $"{table}.{QualifiedName.Quote(action.Column)}{from} to {action.Type}";
        return (change.Shifts, change.Change.Fate) switch
        {
            (false, ValueFate.Changed) => new LintFinding(this, statement, $"{column} may round or cut values") { Table = table },
            (false, ValueFate.Refused) => new LintFinding(this, statement, $"{column} fails if one value does not fit")
            {
                Severity = Severity.Warning,
                Claims = Claim.Refusal,
                Table = table,
            },
            _ => null,
        };
    }
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SetNotNullRule() : ActionRule<AlterAction>(ScansCode, "set-not-null", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0251", "SET NOT NULL scans the table", ExitCode.Blocked);

    public override Claim Claims => Claim.Scan;

    public override string Reason => "the whole table is read while others wait, and one null makes it fail";

    public override string Safer =>
        "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later migration; SET NOT NULL then needs no scan; "
            + "drop the check";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) =>
        Column(action) is not { } column || statement.Before.Find(table)?.HasNotNullCheck(column) == true
            ? null
            : new LintFinding(
                this, statement, $"{Verb(action)} on {table}.{QualifiedName.Quote(column)} scans the table") { Rewrites = false, Table =
                    table };

    // PostgreSQL 18 names the constraint, and computes a virtual column for every row.
    static string? Column(AlterAction action) => action switch
    {
        SetNotNull set => set.Column,
        AddConstraint { Constraint: { Kind: ConstraintKind.NotNull, NotValid: false, Columns: [var column] } } => column,
        AddColumn { Column: { Virtual: true, NotNull: true } column } => column.Name,
        _ => null,
    };

    static string Verb(AlterAction action) => action is SetNotNull ? "SET NOT NULL" : "NOT NULL";
}

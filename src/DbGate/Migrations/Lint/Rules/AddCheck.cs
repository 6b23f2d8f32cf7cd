using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddCheck() : ActionRule<AlterAction>(ScansCode, "add-check", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0252", "A new check constraint scans the table", ExitCode.Blocked);

    public override Claim Claims => Claim.Scan;

    public override string Reason => "the whole table is read while others wait, and one row that breaks the rule makes it fail";

    public override string Safer => "add it NOT VALID, which only new rows have to meet, and VALIDATE CONSTRAINT in a later migration";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) =>
        Check(action) is { } check
            ? new LintFinding(this, statement, $"CHECK {check.Expression} on {table} scans the table") { Rewrites = false, Table = table }
            : null;

    // A column that comes with a value has it in every old row, and each is checked.
    static TableConstraint? Check(AlterAction action) => action switch
    {
        AddConstraint add => add.Constraint is { Kind: ConstraintKind.Check, NotValid: false, NotEnforced: false } check ? check : null,
        AddColumn add => add.Column.Constraints.FirstOrDefault(constraint =>
            constraint is { Kind: ConstraintKind.Check, NotEnforced: false }),
        _ => null,
    };
}

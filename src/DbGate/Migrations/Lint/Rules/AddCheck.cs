using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddCheck() : ActionRule<AddConstraint>(ScansCode, "add-check", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0252", "a new check scans the table", ExitCode.Blocked);

    public override string Reason => "the whole table is read while nobody else can, and one row that breaks the rule makes it fail";

    public override string Safer => "add it NOT VALID, which only new rows have to meet, and VALIDATE CONSTRAINT in a later migration";

    protected override LintFinding? Inspect(AddConstraint action, QualifiedName table, LintStatement statement) =>
        action.Constraint is { Kind: ConstraintKind.Check, NotValid: false } check
            ? new LintFinding(this, statement, $"CHECK {check.Expression} on {table} scans the table") { Rewrites = false }
            : null;
}

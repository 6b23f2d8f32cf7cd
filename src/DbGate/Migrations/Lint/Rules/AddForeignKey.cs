using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddForeignKey() : ActionRule<AlterAction>(ScansCode, "add-foreign-key", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0254", "a new foreign key scans while writers wait", ExitCode.Blocked);

    public override string Reason => "every row is looked up in the target while nobody can write to either table";

    public override string Safer => "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration, which blocks no writer";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) =>
        Key(action) is { References: { } target }
            ? new LintFinding(this, statement, $"FOREIGN KEY on {table} to {target} is checked while writers of both wait") { Rewrites = false }
            : null;

    // In a column that is added at once, all values are null or the same: there is nothing to look up.
    static TableConstraint? Key(AlterAction action) =>
        action is AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey, NotValid: false } key } ? key : null;
}

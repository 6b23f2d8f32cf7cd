using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddForeignKey() : ActionRule<AlterAction>(ScansCode, "add-foreign-key", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0254", "A new foreign key scans the table while writers wait", ExitCode.Blocked);

    public override Claim Claims => Claim.Scan;

    public override string Reason => "every row is looked up in the target while writes to both tables are blocked";

    public override string Safer => "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration, which blocks no writer";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) =>
        action is AlterConstraint { Enforced: true } alter
            ? new LintFinding(this, statement, $"{QualifiedName.Quote(alter.Name)} on {table} is checked for every row while others wait")
            {
                Rewrites = false,
                Table = table,
                Safer = "keep it NOT ENFORCED until a quiet time, and set lock_timeout",
            }
            : Key(action) is { References: { } target }
            ? new LintFinding(
                this, statement, $"FOREIGN KEY on {table} to {target} is checked while writers of both wait") { Rewrites = false, Table =
                    table }
            : null;

    // A column that is added without a default is null in every row: there is nothing to look up.
    static TableConstraint? Key(AlterAction action) => action switch
    {
        AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey, NotValid: false, NotEnforced: false } key } => key,
        AddColumn { Column: { Default: not null } column } =>
            column.Constraints.FirstOrDefault(constraint => constraint is { Kind: ConstraintKind.ForeignKey, NotEnforced: false }),
        _ => null,
    };
}

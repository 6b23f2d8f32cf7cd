using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ValidateInSameMigration() : LintRule(SameCode, "validate-in-same-migration", Severity.Warning)
{
    public static readonly ProblemCode SameCode = new("DBG0253", "NOT VALID and VALIDATE in one transaction", ExitCode.Blocked);

    public override Claim Claims => Claim.HeldLock;

    public override string Reason =>
        "the lock of ADD CONSTRAINT is held until the end, so the scan of VALIDATE runs under it and nothing is won";

    public override string Safer => "put VALIDATE CONSTRAINT into a migration of its own";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from added in migration.Statements
        where added.Parsed is AlterTable
        let table = ((AlterTable)added.Parsed).Table
        where added.Touches(table)
        from constraint in ((AlterTable)added.Parsed).Actions.OfType<AddConstraint>()
        where constraint.Constraint is { NotValid: true, Name: not null }
        from validated in migration.Statements
        where validated.Transaction == added.Transaction && validated.Parsed is AlterTable validation && validation.Table.MayBe(table)
        where ((AlterTable)validated.Parsed).Actions.OfType<ValidateConstraint>().Any(action => action.Name == constraint.Constraint.Name)
        select new LintFinding(
            this, validated, $"{QualifiedName.Quote(constraint.Constraint.Name!)} on {table} is validated in the transaction that adds it");
}

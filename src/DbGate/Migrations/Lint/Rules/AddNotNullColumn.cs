using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddNotNullColumn() : ActionRule<AddColumn>(NotNullCode, "add-not-null-column", Severity.Error)
{
    public static readonly ProblemCode NotNullCode = new("DBG0250", "A required column without a default", ExitCode.Blocked);

    public override Claim Claims => Claim.Refusal;

    public override string Reason =>
        "the statement fails as soon as the table holds one row, and the release that still runs cannot insert";

    public override string Safer => "give it a DEFAULT, or add it nullable, fill it, and set NOT NULL in a later release";

    protected override LintFinding? Inspect(AddColumn action, QualifiedName table, LintStatement statement)
    {
        var column = action.Column;
        var required = column.NotNull || column.Constraints.Any(constraint => constraint.Kind == ConstraintKind.PrimaryKey);
        var given = (column.Default is not null && !IsNull(column.Default))
            || column.Identity || column.Stored || column.Virtual || column.Type.IsSerial;
        return required && !given
            ? new LintFinding(
                this, statement, $"ADD COLUMN {QualifiedName.Quote(column.Name)} NOT NULL to {table} fails unless it is empty") { Table =
                    table }
            : null;
    }

    // DEFAULT NULL, with or without a cast.
    static bool IsNull(SqlExpression value) =>
        new TokenCursor(value.Text) is var cursor && cursor.Take("null") && (cursor.AtEnd || cursor.IsSymbol("::"));
}

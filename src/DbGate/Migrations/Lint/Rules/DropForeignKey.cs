using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropForeignKey() : ActionRule<DropConstraint>(DroppedCode, "drop-foreign-key", Severity.Warning)
{
    public static readonly ProblemCode DroppedCode = new("DBG0255", "A foreign key is dropped", ExitCode.Blocked);

    public override string Reason => "both tables are locked against all, and from then on nothing keeps orphans out";

    public override string Safer =>
        "set lock_timeout, keep it the only statement of its transaction, and add the new key first if one replaces it";

    protected override LintFinding? Inspect(DropConstraint action, QualifiedName table, LintStatement statement)
    {
        var known = statement.Before.Find(table)?.Constraints.GetValueOrDefault(action.Name);
        var isKey = known is null ? action.Name.EndsWith("_fkey", StringComparison.Ordinal) : known.Kind == ConstraintKind.ForeignKey;
        var target = known?.References is { } references ? $" and {references}" : " and its target";
        return isKey
            ? new LintFinding(
                this, statement, $"DROP CONSTRAINT {QualifiedName.Quote(action.Name)} locks {table}{target} and ends the check")
            : null;
    }
}

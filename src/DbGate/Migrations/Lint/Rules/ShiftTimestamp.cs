using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ShiftTimestamp() : ActionRule<AlterColumnType>(ShiftsCode, "shift-timestamp", Severity.Error)
{
    public static readonly ProblemCode ShiftsCode =
        new("DBG0248", "A time zone is added to or removed from stored times", ExitCode.Blocked);

    public override Claim Claims => Claim.Rewrite;

    // The values change, however fast.
    public override bool IsHarmlessWhenBrief => false;

    public override string Reason =>
        "the stored times are read in the session's time zone, so every row can shift by hours; it rewrites the table unless the "
            + "session is in UTC";

    public override string Safer =>
        "write the zone down: ALTER COLUMN … TYPE timestamptz USING … AT TIME ZONE 'UTC', with SET LOCAL timezone = 'UTC' before it";

    protected override LintFinding? Inspect(AlterColumnType action, QualifiedName table, LintStatement statement)
    {
        var change = ColumnTypeChange.From(action, table, statement);
        var named = action.Using?.Text.Contains("time zone", StringComparison.OrdinalIgnoreCase) == true;
        return change.Shifts
            ? new LintFinding(
                this, statement,
                $"{table}.{QualifiedName.Quote(action.Column)} to {action.Type} "
                    + $"{(named ? "rewrites the table" : "depends on the session's time zone")}")
            {
                Severity = named ? Severity.Warning : Severity.Error,
                Rewrites = named ? true : null,
                Table = table,
            }
            : null;
    }
}

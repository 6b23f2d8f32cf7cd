using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropTable() : StatementRule<Drop>(DroppedCode, "drop-table", Severity.Error)
{
    public static readonly ProblemCode DroppedCode = new("DBG0240", "A table is dropped", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "its rows are gone; the release that still runs fails on it";

    public override string Safer =>
        "stop using it in one release; in a later one rename it, wait, and drop it when a verified backup holds it";

    protected override IEnumerable<LintFinding> Inspect(Drop parsed, LintStatement statement) =>
        from table in parsed.Kind is "table" or "foreign table" or "materialized view" ? parsed.Names : []
        where statement.Before.MayHoldRows(table)
        select new LintFinding(this, statement, $"DROP {parsed.Kind.ToUpperInvariant()} {table} loses what it holds")
        {
            Table = table,
            Severity = parsed.Kind == "table" ? Severity.Error : Severity.Warning,
        };
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class TruncateTable() : StatementRule<Truncate>(TruncatedCode, "truncate", Severity.Error)
{
    public static readonly ProblemCode TruncatedCode = new("DBG0244", "A table is emptied", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "every row is gone, no trigger sees it, and CASCADE empties the tables that refer to it too";

    public override string Safer => "DELETE the rows that have to go, with a WHERE, in batches";

    protected override IEnumerable<LintFinding> Inspect(Truncate parsed, LintStatement statement) =>
        from table in parsed.Tables
        where statement.Before.MayHoldRows(table)
        select new LintFinding(
            this, statement, $"TRUNCATE {table}{(parsed.Cascade ? " CASCADE" : "")} loses all rows") { Rewrites = true, Table = table };
}

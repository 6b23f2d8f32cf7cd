using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RefreshViewRule() : StatementRule<RefreshMaterializedView>(RefreshCode, "refresh-materialized-view", Severity.Warning)
{
    public static readonly ProblemCode RefreshCode =
        new("DBG0262", "A materialized view is refreshed while readers wait", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    public override string Reason => "the query runs to its end before anybody can read the view again";

    public override string Safer =>
        "REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets readers go on and needs a unique index, outside of the migration";

    protected override IEnumerable<LintFinding> Inspect(RefreshMaterializedView parsed, LintStatement statement) =>
        parsed.Concurrently
            ? []
            : [new LintFinding(this, statement, $"REFRESH MATERIALIZED VIEW {parsed.View} blocks its readers") { Rewrites = true }];
}

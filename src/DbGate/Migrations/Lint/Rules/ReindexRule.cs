using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ReindexRule() : StatementRule<Reindex>(BuildsCode, "reindex", Severity.Warning)
{
    public static readonly ProblemCode BuildsCode = new("DBG0259", "Indexes are rebuilt while other sessions wait", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    public override string Reason => "writers wait for the rebuild, and readers that would use the index as well";

    public override string Safer => "REINDEX … CONCURRENTLY, outside of migrations: it changes no schema";

    protected override IEnumerable<LintFinding> Inspect(Reindex parsed, LintStatement statement) =>
        parsed.Concurrently || (parsed.Name is { } name && !statement.Touches(name))
            ? []
            : [new LintFinding(this, statement, $"REINDEX {parsed.Kind.ToUpperInvariant()} {parsed.Name} rebuilds while writers wait")];
}

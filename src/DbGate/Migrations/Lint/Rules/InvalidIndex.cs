using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class InvalidIndex() : StatementRule<CreateIndex>(LeftCode, "invalid-index", Severity.Information)
{
    public static readonly ProblemCode LeftCode =
        new("DBG0293", "A failed concurrent index build leaves an invalid index", ExitCode.Blocked);

    public override string Reason =>
        "the build is not a transaction: when it fails, an index of that name stays, is not used, and does not enforce uniqueness";

    public override string Safer =>
        "Before it runs again: DROP INDEX CONCURRENTLY IF EXISTS, as the only statement of an earlier migration";

    protected override IEnumerable<LintFinding> Inspect(CreateIndex parsed, LintStatement statement)
    {
        if (!parsed.Concurrently || !statement.Touches(parsed.Table))
        {
            return [];
        }

        var name = parsed.Name is { } index ? QualifiedName.Quote(index) : "the index";
        return parsed.IfNotExists
            ? [new LintFinding(
                this, statement, $"IF NOT EXISTS keeps an invalid {name} that an earlier attempt left") { Severity = Severity.Warning }]
            : parsed.Unique ? [new LintFinding(this, statement, $"one duplicate in {parsed.Table} leaves {name} behind, invalid")]
            : [];
    }
}

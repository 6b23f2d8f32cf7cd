using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class CreateIndexRule() : StatementRule<CreateIndex>(BuildsCode, "create-index", Severity.Warning)
{
    public static readonly ProblemCode BuildsCode = new("DBG0257", "An index is built while writers wait", ExitCode.Blocked);

    public override Claim Claims => Claim.Scan;

    public override string Reason => "the table is read and sorted, and writes are blocked until that is done";

    public override string Safer => "CREATE INDEX CONCURRENTLY, the only statement of its migration";

    protected override IEnumerable<LintFinding> Inspect(CreateIndex parsed, LintStatement statement) =>
        !parsed.Concurrently
            && statement.Touches(parsed.Table)
            && !(parsed.Only && statement.Before.Find(parsed.Table)?.Partitioned == true)
            ? [new LintFinding(
                this, statement, $"CREATE {(parsed.Unique ? "UNIQUE " : "")}INDEX on {parsed.Table} blocks its writers") { Table =
                    parsed.Table }]
            : [];
}

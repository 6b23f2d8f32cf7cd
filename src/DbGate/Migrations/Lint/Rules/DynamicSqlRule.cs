using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DynamicSqlRule() : StatementRule<DynamicSql>(DynamicCode, "dynamic-sql", Severity.Information)
{
    public static readonly ProblemCode DynamicCode = new("DBG0272", "Dynamic SQL in a migration", ExitCode.Blocked);

    public override string Reason => "no rule can read it; only the rehearsal shows what it does";

    public override string Safer => "write the statements out where they are few, or look at what the rehearsal measured";

    public override string? Several(int count) => $"{count} EXECUTE of computed strings were not looked at";

    protected override IEnumerable<LintFinding> Inspect(DynamicSql parsed, LintStatement statement) =>
        [new LintFinding(this, statement, "EXECUTE of a computed string was not looked at")];
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class LargeObjectRule() : StatementRule<OtherStatement>(DeletedCode, "large-object", Severity.Error)
{
    public static readonly ProblemCode DeletedCode = new("DBG0279", "Large objects are deleted or overwritten", ExitCode.Blocked);

    static readonly string[] Functions = ["lo_unlink", "lo_put", "lowrite", "lo_truncate", "lo_truncate64"];

    public override Claim Claims => Claim.Loss;

    public override string Reason => "the content of a large object is gone with it, and rows may still refer to it";

    public override string Safer => "Delete large objects outside of migrations, when no row refers to them (vacuumlo)";

    protected override IEnumerable<LintFinding> Inspect(OtherStatement parsed, LintStatement statement) =>
        parsed.Calls.Where(call => Functions.Contains(call.Name)).Take(1)
            .Select(call =>
                new LintFinding(this, statement, $"{call.Name}() {(call.Name == "lo_unlink" ? "deletes" : "overwrites")} large objects"));
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropSchema() : StatementRule<Drop>(DroppedCode, "drop-schema", Severity.Error)
{
    public static readonly ProblemCode DroppedCode = new("DBG0241", "A schema or a database is dropped", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "everything in it is gone, and every table in it is locked against all until the end";

    public override string Safer => "drop the tables one by one in releases of their own, and the schema when it is empty, without CASCADE";

    protected override IEnumerable<LintFinding> Inspect(Drop parsed, LintStatement statement) =>
        from name in parsed.Kind is "schema" or "database" or "owned by" ? parsed.Names : []
        select new LintFinding(this, statement, $"DROP {parsed.Kind.ToUpperInvariant()} {name} loses all that is in it");
}

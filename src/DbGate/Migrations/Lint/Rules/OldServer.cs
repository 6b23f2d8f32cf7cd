using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class OldServer() : LintRule(OldCode, "old-server", Severity.Error)
{
    public static readonly ProblemCode OldCode = new("DBG0294", "A statement needs a newer PostgreSQL", ExitCode.Blocked);

    public override Claim Claims => Claim.Refusal;

    public override string Reason => "the server does not know it and refuses the statement";

    public override string Safer => "Write it in a form that the server knows, or upgrade the server first";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from need in ServerNeeds.From(statement.Parsed)
        where migration.Server < need.Major
        select new LintFinding(this, statement, $"{need.What} needs PostgreSQL {need.Major}; the server is {migration.Server}");
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class CreateTriggerRule() : StatementRule<CreateTrigger>(LocksCode, "create-trigger", Severity.Information)
{
    public static readonly ProblemCode LocksCode = new("DBG0264", "A trigger is created while writers wait", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    public override string Reason => "it is quick, but it waits for every writing transaction, and all other writers wait behind it";

    public override string Safer => "set lock_timeout, and keep it in a migration without long work";

    protected override IEnumerable<LintFinding> Inspect(CreateTrigger parsed, LintStatement statement) =>
        statement.Touches(parsed.Table)
            ? [new LintFinding(this, statement, $"CREATE TRIGGER {QualifiedName.Quote(parsed.Name)} blocks the writers of {parsed.Table}")]
            : [];
}

using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ByteOrderMark() : LintRule(MarkCode, "byte-order-mark", Severity.Error)
{
    public static readonly ProblemCode MarkCode = new("DBG0271", "The file begins with a byte order mark", ExitCode.Blocked);

    public override Claim Claims => Claim.Refusal;

    public override string Reason =>
        "Prisma sends the mark along, the server takes it for a part of the first word, and refuses the file (42601)";

    public override string Safer => "save the file as UTF-8 without a byte order mark";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        migration.Script.Text is ['\uFEFF', ..] && migration.Statements is [var first, ..]
            ? [new LintFinding(this, first, "the first statement begins with a byte order mark")]
            : [];
}

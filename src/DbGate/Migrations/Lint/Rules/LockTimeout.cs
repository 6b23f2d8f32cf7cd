using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class LockTimeout() : LintRule(MissingCode, "lock-timeout", Severity.Warning)
{
    public static readonly ProblemCode MissingCode = new("DBG0267", "The lock_timeout is not set", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    // It is about other sessions of production, which a rehearsal does not have.
    public override bool IsHarmlessWhenBrief => false;

    public override string Reason => "while the statement waits for one slow transaction, every later query on the table waits behind it";

    public override string Safer =>
        "begin the migration with SET LOCAL lock_timeout = '5s' (SET without LOCAL where statements commit one by one)";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        (from statement in migration.Statements.TakeWhile(statement =>
            statement.Parsed is not SetParameter { Name: "lock_timeout" or "statement_timeout" })
         from claim in statement.Locks
         where claim.Mode >= TableLock.Share
         select new LintFinding(this, statement, $"{claim.Mode.Display()} on {claim.Table}, and the file sets no lock_timeout")).Take(1);
}

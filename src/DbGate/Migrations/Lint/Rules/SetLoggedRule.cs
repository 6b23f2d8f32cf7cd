using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SetLoggedRule() : ActionRule<SetLogged>(UnloggedCode, "set-unlogged", Severity.Error)
{
    public static readonly ProblemCode UnloggedCode = new("DBG0261", "A table is switched between logged and unlogged", ExitCode.Blocked);

    public override string Reason =>
        "an unlogged table is empty after a crash and on every standby; either way the table is rewritten under the lock";

    public override string Safer => "keep it logged; make a new unlogged table for data that may get lost";

    protected override LintFinding? Inspect(SetLogged action, QualifiedName table, LintStatement statement) =>
        new(this, statement,
            $"SET {(action.Logged ? "LOGGED" : "UNLOGGED")} on {table} rewrites it{(action.Logged ? "" : " and gives up its safety")}")
        {
            Severity = action.Logged ? Severity.Warning : Severity.Error,
            Rewrites = true,
        };
}

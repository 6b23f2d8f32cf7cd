using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SetNotNullRule() : ActionRule<SetNotNull>(ScansCode, "set-not-null", Severity.Warning)
{
    public static readonly ProblemCode ScansCode = new("DBG0251", "SET NOT NULL scans the table", ExitCode.Blocked);

    public override string Reason => "the whole table is read while nobody else can, and one null makes it fail";

    public override string Safer =>
        "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later migration; SET NOT NULL then needs no scan; drop the check";

    protected override LintFinding? Inspect(SetNotNull action, QualifiedName table, LintStatement statement) =>
        statement.Before.Find(table)?.HasNotNullCheck(action.Column) == true
            ? null
            : new LintFinding(this, statement, $"SET NOT NULL on {table}.{QualifiedName.Quote(action.Column)} scans the table") { Rewrites = false };
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SequenceChange() : LintRule(ChangedCode, "sequence-change", Severity.Warning)
{
    public static readonly ProblemCode ChangedCode = new("DBG0277", "A sequence is reset or narrowed", ExitCode.Blocked);

    public override string Reason => "the sequence gives numbers out that rows already have, or ends at a smaller one: inserts fail";

    public override string Safer => "Set it to a value above the largest that is used: SELECT setval('…', (SELECT max(id) FROM …))";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let message = Message(statement)
        where message is not null
        select new LintFinding(this, statement, message);

    static string? Message(LintStatement statement) => statement.Parsed switch
    {
        AlterSequence sequence when statement.Before.IsNewObject("sequence", sequence.Name) => null,
        AlterSequence { Restarts: true } sequence => $"ALTER SEQUENCE {sequence.Name} RESTART can give numbers out again",
        AlterSequence { Type.Name: "smallint"
            or "integer" } sequence => $"{sequence.Name} becomes {sequence.Type} and ends at its largest value",
        AlterTable alter when statement.Touches(alter.Table)
            && alter.Actions.OfType<OtherAction>().Any(action => action.Form == "restart") =>
            $"the identity column of {alter.Table} can give numbers out again",
        _ => null,
    };
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class SurprisesReaders() : LintRule(SurprisesCode, "surprises-readers", Severity.Information)
{
    public static readonly ProblemCode SurprisesCode =
        new("DBG0266", "Old clients can read values that they do not support", ExitCode.Blocked);

    public override string Reason =>
        "a client generated from the older schema fails when it reads a null or an enum value that it does not know";

    public override string Safer => "roll out code that can read the new values before anything writes them";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from message in Messages(statement)
        select new LintFinding(this, statement, message);

    static IEnumerable<string> Messages(LintStatement statement) => statement.Parsed switch
    {
        AddEnumValue add => [$"{add.Type} gets the value '{add.Value}'"],
        AlterTable alter when statement.Touches(alter.Table) => alter.Actions.OfType<DropNotNull>()
            .Where(action => !statement.Before.IsNew(alter.Table, action.Column))
            .Select(action => $"{alter.Table}.{QualifiedName.Quote(action.Column)} may be null from now on"),
        _ => [],
    };
}

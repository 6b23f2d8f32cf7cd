using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RenameRule() : StatementRule<Rename>(BreaksCode, "rename", Severity.Warning)
{
    public static readonly ProblemCode BreaksCode = new("DBG0265", "a table or column gets another name", ExitCode.Blocked);

    public override string Reason => "the release that still runs asks for the old name and fails from this moment on";

    public override string Safer =>
        "keep the name and map it in the code (@map, @@map); or rename and leave a view of the old name behind until no release uses it";

    protected override IEnumerable<LintFinding> Inspect(Rename parsed, LintStatement statement)
    {
        var isNew = parsed.Column is { } column ? statement.Before.IsNew(parsed.Name, column) : !statement.Touches(parsed.Name);
        return parsed.Kind is "table" or "column" or "view" or "materialized view" && !isNew
            ? [new LintFinding(this, statement, $"{Old(parsed)} becomes {QualifiedName.Quote(parsed.NewName)}; the release that still runs does not know")]
            : [];
    }

    static string Old(Rename parsed) => parsed.Column is null ? $"{parsed.Name}" : $"{parsed.Name}.{QualifiedName.Quote(parsed.Column)}";
}

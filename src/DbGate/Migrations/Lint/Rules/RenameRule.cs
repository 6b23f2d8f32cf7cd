using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RenameRule() : LintRule(BreaksCode, "rename", Severity.Warning)
{
    public static readonly ProblemCode BreaksCode = new("DBG0265", "A table or column is renamed", ExitCode.Blocked);

    public override string Reason => "the release that still runs asks for the old name and fails from this moment on";

    public override string Safer =>
        "keep the name and map it in the code (@map, @@map); or rename and leave a view of the old name behind until no release uses it";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let message = Message(statement)
        where message is not null
        select new LintFinding(this, statement, message);

    static string? Message(LintStatement statement) => statement.Parsed switch
    {
        Rename { Kind: "constraint" or "index" or "schema" or "domain" } => null,
        Rename { Kind: "value" } rename when !statement.Before.IsNewObject("type", rename.Name) =>
            $"the value '{rename.Column}' of {rename.Name} becomes '{rename.NewName}'; the release that still runs does not know",
        Rename rename when !IsNew(rename, statement) && !IsBackup(rename) =>
            $"{Old(rename)} becomes {QualifiedName.Quote(rename.NewName)}; the release that still runs does not know",
        SetSchema { Kind: not "index" } move when statement.Touches(move.Name) && !statement.Before.IsNewObject(move.Kind, move.Name) =>
            $"{move.Name} moves to schema {QualifiedName.Quote(move.Schema)}; the release that still runs does not know",
        _ => null,
    };

    static bool IsNew(Rename rename, LintStatement statement) =>
        rename.Kind is not "table" and not "column" and not "view" and not "materialized view"
            ? statement.Before.IsNewObject(rename.Kind, rename.Name)
        : rename.Column is { } column ? statement.Before.IsNew(rename.Name, column)
        : !statement.Touches(rename.Name);

    // Prisma replaces an enum by one with another name and gives it the old one: the name of the type stays.
    static bool IsBackup(Rename rename) =>
        rename.Kind == "type" && (rename.NewName == $"{rename.Name.Name}_old" || rename.Name.Name == $"{rename.NewName}_new");

    static string Old(Rename parsed) => parsed.Column is null ? $"{parsed.Name}" : $"{parsed.Name}.{QualifiedName.Quote(parsed.Column)}";
}

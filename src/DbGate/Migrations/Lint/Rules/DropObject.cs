using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropObject() : LintRule(DroppedCode, "drop-object", Severity.Warning)
{
    public static readonly ProblemCode DroppedCode = new("DBG0275", "A view, function, type or other object is dropped", ExitCode.Blocked);

    static readonly string[] Kinds =
    [
        "view", "function", "procedure", "routine", "aggregate", "type", "domain", "sequence", "extension", "trigger", "event trigger",
        "policy", "rule",
        "collation", "operator", "publication", "subscription",
    ];

    // What they enforce is no longer enforced; nothing fails.
    static readonly string[] Enforce = ["trigger", "event trigger", "policy", "rule"];

    public override string Reason =>
        "the release that still runs fails where it uses the object, and what it enforced is no longer enforced";

    public override string Safer => "Release code that does not use it first, and drop it in the next release";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from message in Messages(statement, migration)
        select new LintFinding(this, statement, message);

    static IEnumerable<string> Messages(LintStatement statement, LintMigration migration) => statement.Parsed switch
    {
        Drop drop when Kinds.Contains(drop.Kind) && !drop.Cascade =>
            from name in drop.Names
            where !IsNew(drop, name, statement) && !IsCreatedAgain(drop, name, statement, migration)
            select $"DROP {drop.Kind.ToUpperInvariant()} {name}{(drop.On is { } table ? $" on {table}" : "")} "
                + $"{(Enforce.Contains(drop.Kind) ? "ends what it enforces" : "takes it from those who use it")}",
        AlterTable alter when statement.Touches(alter.Table) =>
            from action in alter.Actions.OfType<DropConstraint>()
            let kind = statement.Before.Find(alter.Table)?.Constraints.GetValueOrDefault(action.Name)?.Kind
            where kind is ConstraintKind.Unique or ConstraintKind.Check or ConstraintKind.Exclude or ConstraintKind.PrimaryKey
            where !IsAddedAgain(alter.Table, action.Name, statement, migration)
            select $"DROP CONSTRAINT {QualifiedName.Quote(action.Name)} of {alter.Table} ends what it enforces",
        _ => [],
    };

    // A type that another one replaced has got its name in this migration.
    static bool IsNew(Drop drop, QualifiedName name, LintStatement statement) =>
        statement.Before.IsNewObject(drop.Kind, name) || (drop.On is { } table && !statement.Touches(table));

    static bool IsCreatedAgain(Drop drop, QualifiedName name, LintStatement statement, LintMigration migration) =>
        migration.Statements.Any(other => other.Index >= statement.Index && other != statement && other.Parsed switch
        {
            CreateObject create => create.Kind == drop.Kind && create.Name.MayBe(name),
            CreateRoutine create => (create.Kind == drop.Kind || drop.Kind == "routine") && create.Name.MayBe(name),
            CreateEnum create => drop.Kind == "type" && create.Type.MayBe(name),
            CreateDomain create => drop.Kind == "domain" && create.Name.MayBe(name),
            CreateTrigger create => drop.Kind == "trigger" && create.Name == name.Name,
            Rename rename => rename.Kind == drop.Kind && rename.NewName == name.Name,
            _ => false,
        });

    static bool IsAddedAgain(QualifiedName table, string name, LintStatement statement, LintMigration migration) =>
        migration.Statements.Any(other => other.Index >= statement.Index && other.Parsed is AlterTable alter && alter.Table.MayBe(table)
            && alter.Actions.OfType<AddConstraint>()
                .Any(add => add.Constraint.Name == name || add.Constraint.Kind == ConstraintKind.PrimaryKey));
}

using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ForeignKeyWithoutIndex() : LintRule(MissingCode, "foreign-key-without-index", Severity.Warning)
{
    public static readonly ProblemCode MissingCode = new("DBG0270", "A foreign key without an index", ExitCode.Blocked);

    public override string Reason => "each DELETE, or UPDATE of the key, on the target scans this whole table under its locks";

    public override string Safer => "create an index that begins with the key's columns (@@index in the Prisma schema)";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from key in Keys(statement.Parsed)
        let table = migration.After.Find(key.Table)
        where table?.HasIndexOn(key.Constraint.Columns) == false
        select new LintFinding(
            this, statement,
            $"{key.Table} refers to {key.Constraint.References} by "
                + $"({string.Join(", ", key.Constraint.Columns.Select(QualifiedName.Quote))}), and no index begins with that");

    static IEnumerable<(QualifiedName Table, TableConstraint Constraint)> Keys(ParsedStatement parsed) => parsed switch
    {
        CreateTable { Temporary: false } create => From(create.Table, create.Constraints),
        AlterTable alter => alter.Actions.SelectMany(action => action switch
        {
            AddConstraint add => From(alter.Table, [add.Constraint]),
            AddColumn add => From(alter.Table, add.Column.Constraints),
            _ => [],
        }),
        _ => [],
    };

    static IEnumerable<(QualifiedName Table, TableConstraint Constraint)> From(
        QualifiedName table, IEnumerable<TableConstraint> constraints) =>
        from constraint in constraints
        where constraint is { Kind: ConstraintKind.ForeignKey, NotEnforced: false }
        select (table, constraint);
}

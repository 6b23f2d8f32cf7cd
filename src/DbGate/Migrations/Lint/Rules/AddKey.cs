using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AddKey() : ActionRule<AlterAction>(BuildsCode, "add-key", Severity.Warning)
{
    public static readonly ProblemCode BuildsCode = new("DBG0256", "A new key builds its index under an exclusive lock", ExitCode.Blocked);

    public override Claim Claims => Claim.Scan;

    public override string Reason => "the index is built while reads are blocked, and one duplicate makes it fail";

    public override string Safer =>
        "CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … USING INDEX, which takes no time";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) =>
        Constraints(action).FirstOrDefault(constraint =>
            constraint is { Kind: ConstraintKind.Unique or ConstraintKind.PrimaryKey or ConstraintKind.Exclude,
                UsingIndex: false }) is { } key
            ? new LintFinding(this, statement, $"{Display(key.Kind)} on {table} builds an index")
            {
                Table = table,
                Safer = key.Temporal || key.Kind == ConstraintKind.Exclude
                    ? "No index can be built for it beforehand: run it when the table is quiet, with lock_timeout set"
                    : null,
            }
            : null;

    static IReadOnlyList<TableConstraint> Constraints(AlterAction action) => action switch
    {
        AddConstraint add => [add.Constraint],
        AddColumn add => add.Column.Constraints,
        _ => [],
    };

    static string Display(ConstraintKind kind) => kind switch
    {
        ConstraintKind.PrimaryKey => "PRIMARY KEY",
        ConstraintKind.Exclude => "EXCLUDE",
        _ => "UNIQUE",
    };
}

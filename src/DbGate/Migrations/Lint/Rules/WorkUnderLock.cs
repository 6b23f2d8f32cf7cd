using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class WorkUnderLock() : LintRule(WorkCode, "work-under-lock", Severity.Warning)
{
    public static readonly ProblemCode WorkCode = new("DBG0268", "Long work under an exclusive table lock", ExitCode.Blocked);

    public override Claim Claims => Claim.HeldLock;

    public override string Reason =>
        "locks are held until the transaction ends, so readers of the first table wait for the work on the second";

    public override string Safer => "put the work into a migration of its own, before or behind this one";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from transaction in migration.Statements.GroupBy(statement => statement.Transaction)
        let locking = transaction.FirstOrDefault(statement => Locked(statement) is not null)
        where locking is not null
        from work in transaction.SkipWhile(statement => statement != locking).Skip(1)
        where IsLong(work)
        select new LintFinding(
            this, work,
            $"{Locked(locking)} stays locked by line {migration.Script.Locate(locking.Source, locking.Offset).Line} while this runs");

    static QualifiedName? Locked(LintStatement statement) =>
        statement.Locks.FirstOrDefault(claim => claim.Mode == TableLock.AccessExclusive)?.Table;

    static bool IsLong(LintStatement statement) => statement.Parsed switch
    {
        Update update => statement.Touches(update.Table),
        Delete delete => statement.Touches(delete.Table),
        CreateIndex index => statement.Touches(index.Table),
        AlterTable alter => statement.Touches(alter.Table) && alter.Actions.Any(IsLong),
        Reindex or RefreshMaterializedView or RewriteTable => true,
        _ => false,
    };

    static bool IsLong(AlterAction action) =>
        action is SetNotNull or ValidateConstraint or SetLogged or AddConstraint { Constraint: { NotValid: false, UsingIndex: false } };
}

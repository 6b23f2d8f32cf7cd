using DbGate.Migrations.Lint.Rules;

namespace DbGate.Migrations.Lint;

/// <summary>
/// All rules. A new one is a file in <c>Rules/</c>, a line here, a page in <c>docs/problems/</c> and a file of cases. No rule finds
/// anything in a migration that Prisma writes for a new table.
/// </summary>
static class LintCatalog
{
    public static readonly IReadOnlyList<LintRule> Rules =
    [
        new DropTable(),
        new DropSchema(),
        new DropColumnRule(),
        new DropCascade(),
        new TruncateTable(),
        new UnfilteredWrite(),
        new NarrowColumnType(),
        new RewriteColumnType(),
        new ShiftTimestamp(),
        new AddColumnRewrite(),
        new AddNotNullColumn(),
        new SetNotNullRule(),
        new AddCheck(),
        new ValidateInSameMigration(),
        new AddForeignKey(),
        new DropForeignKey(),
        new AddKey(),
        new CreateIndexRule(),
        new DropIndex(),
        new ReindexRule(),
        new RewriteTableRule(),
        new SetLoggedRule(),
        new RefreshViewRule(),
        new PartitionRule(),
        new CreateTriggerRule(),
        new RenameRule(),
        new SurprisesReaders(),
        new LockTimeout(),
        new WorkUnderLock(),
        new ConcurrentlyInTransaction(),
        new ForeignKeyWithoutIndex(),
        new ByteOrderMark(),
        new DynamicSqlRule(),
        new EnumValueInTransaction(),
        new StopsHalfway(),
        new DropObject(),
        new AccessChange(),
        new SequenceChange(),
        new ServerChangeRule(),
        new LargeObjectRule(),
        new SetExpressionRule(),
        new InvalidIndex(),
        new OldServer(),
        new ServerTraitRule(),
    ];

    /// <summary>The rule that a waiver names, by name or by code.</summary>
    public static LintRule? Find(string name) =>
        Rules.FirstOrDefault(rule => rule.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || rule.Code.Id.Equals(name, StringComparison.OrdinalIgnoreCase));
}

using DbGate.Migrations.Lint.Schema;
using DbGate.Migrations.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>
/// Which table locks a statement takes. Each line was traced on a server by reading <c>pg_locks</c>, and a test does so
/// again for every statement of the rules' cases. Locks on tables that the text does not name are left out.
/// </summary>
static class StatementLocks
{
    public static IEnumerable<LockClaim> Of(ParsedStatement statement, KnownSchema schema) => statement switch
    {
        AlterTable alter => Strongest(alter.Actions.SelectMany(action => Of(action, alter.Table, schema))),
        CreateTable create => Strongest(Targets(create.Constraints, TableLock.ShareRowExclusive)),
        CreateIndex index => [new(index.Table, index.Concurrently ? TableLock.ShareUpdateExclusive : TableLock.Share)],
        Drop { Kind: "table" or "foreign table" or "materialized view" or "view" } drop => Strongest(drop.Names.SelectMany(table => OfDroppedTable(table, schema))),
        Drop { Kind: "index" } drop => Strongest(drop.Names.SelectMany(index => OfDroppedIndex(index, drop.Concurrently, schema))),
        Truncate truncate => truncate.Tables.Select(table => new LockClaim(table, TableLock.AccessExclusive)),
        Delete delete => [new(delete.Table, TableLock.RowExclusive)],
        Update update => [new(update.Table, TableLock.RowExclusive)],
        Insert insert => [new(insert.Table, TableLock.RowExclusive)],
        Rename { Kind: "table" or "column" or "constraint" or "view" or "materialized view" } rename => [new(rename.Name, TableLock.AccessExclusive)],
        CreateTrigger trigger => [new(trigger.Table, TableLock.ShareRowExclusive)],
        Reindex { Kind: "table", Name: { } table } reindex => [new(table, reindex.Concurrently ? TableLock.ShareUpdateExclusive : TableLock.Share)],
        RewriteTable { Table: { } table } => [new(table, TableLock.AccessExclusive)],
        RefreshMaterializedView refresh => [new(refresh.View, refresh.Concurrently ? TableLock.Exclusive : TableLock.AccessExclusive)],
        _ => [],
    };

    static IEnumerable<LockClaim> Of(AlterAction action, QualifiedName table, KnownSchema schema) => action switch
    {
        AddColumn add => [new(table, TableLock.AccessExclusive), .. Targets(add.Column.Constraints, TableLock.ShareRowExclusive)],
        AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey } key } =>
            [new(table, TableLock.ShareRowExclusive), .. Targets([key], TableLock.ShareRowExclusive)],
        ValidateConstraint validate =>
            [new(table, TableLock.ShareUpdateExclusive), .. Targets(Known(schema, table, validate.Name), TableLock.RowShare)],
        DropConstraint drop => [new(table, TableLock.AccessExclusive), .. Targets(Known(schema, table, drop.Name), TableLock.AccessExclusive)],
        AttachPartition attach => [new(table, TableLock.ShareUpdateExclusive), new(attach.Partition, TableLock.AccessExclusive)],
        DetachPartition { Concurrently: true } detach =>
            [new(table, TableLock.ShareUpdateExclusive), new(detach.Partition, TableLock.ShareUpdateExclusive)],
        DetachPartition detach => [new(table, TableLock.AccessExclusive), new(detach.Partition, TableLock.AccessExclusive)],
        OtherAction => [],
        _ => [new(table, TableLock.AccessExclusive)],
    };

    static IEnumerable<LockClaim> OfDroppedTable(QualifiedName table, KnownSchema schema) =>
    [
        new(table, TableLock.AccessExclusive),
        .. Targets(schema.Find(table)?.Constraints.Values ?? [], TableLock.AccessExclusive),
    ];

    static IEnumerable<LockClaim> OfDroppedIndex(QualifiedName index, bool concurrently, KnownSchema schema) =>
        schema.IndexedTables.TryGetValue(index.Name, out var table)
            ? [new(table, concurrently ? TableLock.ShareUpdateExclusive : TableLock.AccessExclusive)]
            : [];

    static IEnumerable<TableConstraint> Known(KnownSchema schema, QualifiedName table, string constraint) =>
        schema.Find(table)?.Constraints.GetValueOrDefault(constraint) is { } known ? [known] : [];

    static IEnumerable<LockClaim> Targets(IEnumerable<TableConstraint> constraints, TableLock mode) =>
        from target in constraints.Select(constraint => constraint.References).OfType<QualifiedName>()
        select new LockClaim(target, mode);

    static IEnumerable<LockClaim> Strongest(IEnumerable<LockClaim> claims) =>
        from claim in claims
        group claim.Mode by claim.Table into modes
        select new LockClaim(modes.Key, modes.Max());
}

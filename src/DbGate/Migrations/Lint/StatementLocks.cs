using DbGate.Migrations.Lint.Schema;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>
/// Which table locks a statement takes. Each line was traced on a server by reading <c>pg_locks</c>, and a test does so
/// again for every statement of the rules' cases. Locks on tables that the text does not name are left out.
/// </summary>
static class StatementLocks
{
    public static IEnumerable<LockClaim> From(ParsedStatement statement, KnownSchema schema) => statement switch
    {
        AlterTable alter => Strongest(alter.Actions.SelectMany(action => From(action, alter.Table, schema))),
        CreateTable create => Strongest(Targets(create.Constraints, TableLock.ShareRowExclusive)),
        CreateIndex index => [new(index.Table, index.Concurrently ? TableLock.ShareUpdateExclusive : TableLock.Share)],
        Drop { Kind: "table" or "foreign table" or "materialized view" or "view" } drop => Strongest(
            drop.Names.SelectMany(table => OfDroppedTable(table, schema))),
        Drop { Kind: "trigger" or "policy" or "rule", On: { } table } => [new(table, TableLock.AccessExclusive)],
        Drop { Kind: "index" } drop => Strongest(drop.Names.SelectMany(index => OfDroppedIndex(index, drop.Concurrently, schema))),
        Truncate truncate => truncate.Tables.Select(table => new LockClaim(table, TableLock.AccessExclusive)),
        Delete delete => [new(delete.Table, TableLock.RowExclusive)],
        Update update => [new(update.Table, TableLock.RowExclusive)],
        Merge merge => [new(merge.Table, TableLock.RowExclusive)],
        LockTables explicitly => explicitly.Tables.Select(table => new LockClaim(table, TableLocks.Parse(explicitly.Mode))),
        SetSchema { Kind: "table" or "view" or "materialized view" } move => [new(move.Name, TableLock.AccessExclusive)],
        CreateObject { Kind: "policy" or "rule", On: { } table } => [new(table, TableLock.AccessExclusive)],
        Insert insert => [new(insert.Table, TableLock.RowExclusive)],
        Rename { Kind: "table" or "column" or "constraint" or "view" or "materialized view" } rename => [
            new(rename.Name, TableLock.AccessExclusive)],
        CreateTrigger trigger => [new(trigger.Table, TableLock.ShareRowExclusive)],
        Reindex { Kind: "table", Name: { } table } reindex => [
            new(table, reindex.Concurrently ? TableLock.ShareUpdateExclusive : TableLock.Share)],
        RewriteTable { Table: { } table } => [new(table, TableLock.AccessExclusive)],
        RefreshMaterializedView refresh => [new(refresh.View, refresh.Concurrently ? TableLock.Exclusive : TableLock.AccessExclusive)],
        _ => [],
    };

    static IEnumerable<LockClaim> From(AlterAction action, QualifiedName table, KnownSchema schema) => action switch
    {
        AddColumn add => [new(table, TableLock.AccessExclusive), .. Targets(add.Column.Constraints, TableLock.ShareRowExclusive)],
        AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey } key } =>
            [new(table, TableLock.ShareRowExclusive), .. Targets([key], TableLock.ShareRowExclusive)],
        ValidateConstraint validate =>
            [new(table, TableLock.ShareUpdateExclusive), .. Targets(Known(schema, table, validate.Name), TableLock.RowShare)],
        DropConstraint drop => [
            new(table, TableLock.AccessExclusive), .. Targets(Known(schema, table, drop.Name), TableLock.AccessExclusive)],
        // Measured on PostgreSQL 18.4: the triggers on the key's target are created, or dropped.
        AlterConstraint { Enforced: { } enforced } alter =>
            [new(table, TableLock.AccessExclusive),
                .. Targets(Known(schema, table, alter.Name), enforced ? TableLock.ShareRowExclusive : TableLock.AccessExclusive)],
        AttachPartition attach => [new(table, TableLock.ShareUpdateExclusive), new(attach.Partition, TableLock.AccessExclusive)],
        DetachPartition { Concurrently: true } detach =>
            [new(table, TableLock.ShareUpdateExclusive), new(detach.Partition, TableLock.ShareUpdateExclusive)],
        DetachPartition detach => [new(table, TableLock.AccessExclusive), new(detach.Partition, TableLock.AccessExclusive)],
        OtherAction { Form: AlterForms.Inherit or AlterForms.NoInherit } => [new(table, TableLock.AccessExclusive)],
        OtherAction other => ModeOf(other.Form) is var mode and not TableLock.None ? [new(table, mode)] : [],
        _ => [new(table, TableLock.AccessExclusive)],
    };

    // A form that is not known claims nothing.
    static TableLock ModeOf(string form) => form switch
    {
        "" or "of" or "not of" => TableLock.None,
        "set" or "reset" or "set statistics" or AlterForms.ClusterOn or AlterForms.SetWithoutCluster => TableLock.ShareUpdateExclusive,
        "enable trigger" or "disable trigger" or "enable replica trigger" or "enable always trigger" => TableLock.ShareRowExclusive,
        _ => TableLock.AccessExclusive,
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

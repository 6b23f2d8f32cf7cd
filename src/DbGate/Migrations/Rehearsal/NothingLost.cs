using DbGate.Migrations.Lint;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// What could have been lost and was not, because the restored data had no such row or value: with the query that must still return no more
/// when the deploy begins. Pure.
/// </summary>
static class NothingLost
{
    /// <param name="receipt">What was lost, and what was dropped empty.</param>
    /// <param name="contents">The tables before the migrations, as far as they were read.</param>
    /// <param name="spared">The tables that statements of unknown effect left as they were, with their rows.</param>
    /// <param name="counted">The queries of the statements, tried before the migrations ran.</param>
    /// <param name="migrations">What was measured.</param>
    public static IReadOnlyList<DataLoss> Find(
        DataLossReceipt receipt,
        IReadOnlyList<TableContent> contents,
        IReadOnlyList<(string Table, long Rows)> spared,
        IReadOnlyList<CountedLoss> counted,
        IReadOnlyList<MigrationMeasurement> migrations)
    {
        var empty = contents.Where(table => table.Rows == 0).ToDictionary(table => table.Oid, table => table.Name);
        DataLoss[] found =
        [
            .. receipt.DroppedEmpty,
            .. OfQueries(counted),
            .. migrations.SelectMany(migration => migration.Statements.Where(statement => StatementParser.Parse(statement.Sql) is Truncate)
                .SelectMany(statement =>
                    statement.Locks.Where(held => held.Mode == TableLock.AccessExclusive && empty.ContainsKey(held.Oid)))
                .Select(held => Empty(DataLossKind.RowsDeleted, empty[held.Oid], null, migration.Name))),
            .. spared.Select(table => new DataLoss(DataLossKind.RowsDeleted, table.Table, null, 0, 0, null)
            {
                Recount = new LossCount($"SELECT count(*) FROM ONLY {table.Table}", table.Rows),
            }),
        ];
        return
        [
            .. found.Where(one =>
                !receipt.Losses.Any(loss => loss.Table == one.Table && loss.Column == one.Column && loss.Kind == one.Kind))
                .DistinctBy(one => (one.Kind, one.Table, one.Column, one.Recount!.Sql))
                .OrderBy(one => one.Table, StringComparer.Ordinal).ThenBy(one => one.Column, StringComparer.Ordinal),
        ];
    }

    /// <summary>A table or a column that was dropped, with the query that shows that it is still empty.</summary>
    public static DataLoss Empty(DataLossKind kind, string table, string? column, string? migration) =>
        new(kind, table, column, 0, 0, migration)
        {
            Recount = new LossCount($"SELECT count({(column is null ? "*" : QualifiedName.Quote(column))}) FROM ONLY {table}", 0),
        };

    static IEnumerable<DataLoss> OfQueries(IReadOnlyList<CountedLoss> counted) =>
        counted.Where(count => count.Kind is DataLossKind.RowsDeleted or DataLossKind.ColumnOverwritten or DataLossKind.ColumnNarrowed)
            .Select(count => new DataLoss(
                count.Kind,
                count.Table,
                count.Column,
                count.Kind == DataLossKind.RowsDeleted ? count.Count.Count : 0,
                count.Kind == DataLossKind.RowsDeleted ? 0 : count.Count.Count,
                null) { Recount = count.Count });

    /// <summary>
    /// The tables that a statement locked to write to, and did not: which rows a DO block or a function looks for is not known, so it may
    /// find some later.
    /// </summary>
    public static IReadOnlyList<uint> Spared(
        IReadOnlyList<MigrationMeasurement> migrations, IReadOnlyDictionary<uint, string> names, IReadOnlyList<CountedLoss> counted) =>
    [
        .. migrations.SelectMany(migration => migration.Statements.SelectMany(statement => statement.Locks
            .Where(held => held.Mode == TableLock.RowExclusive && names.TryGetValue(held.Oid, out var name)
                && MayWrite(migration, statement, name, counted)
                && !migration.Statements.Any(other =>
                    other.Activity.Any(row => row.Oid == held.Oid && row.Inserted + row.Updated + row.Deleted > 0)))
            .Select(held => held.Oid)))
            .Distinct(),
    ];

    // CREATE FUNCTION locks what its body writes to; the call that follows in the transaction holds the lock already.
    static bool MayWrite(MigrationMeasurement migration, StatementMeasurement statement, string table, IReadOnlyList<CountedLoss> counted)
    {
        var parsed = StatementParser.Parse(statement.Sql);
        return IsOpaque(parsed, table, counted)
            || (parsed is CreateRoutine && migration.Statements.Any(later =>
                later.Index > statement.Index
                    && later.Transaction == statement.Transaction
                    && IsOpaque(StatementParser.Parse(later.Sql), table, counted)));
    }

    static bool IsOpaque(ParsedStatement parsed, string table, IReadOnlyList<CountedLoss> counted) => parsed switch
    {
        DoBlock or DynamicSql or OtherStatement or Merge or WithWrites => true,
        Delete or Update => !counted.Any(count => count.Table == table),
        _ => false,
    };
}

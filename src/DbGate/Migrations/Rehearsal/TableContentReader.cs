using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Counts and hashes tables, one scan for each. The hash of a value is seeded with the hash of its row's key, so that values
/// which change places between rows are noticed; the sum over the rows does not depend on their order.
/// </summary>
static class TableContentReader
{
    const int ColumnsPerScan = 400;

    /// <param name="session">On the scratch database.</param>
    /// <param name="keys">The keys to tie the hashes to, from an earlier reading; tables not in it use their primary key.</param>
    /// <param name="wanted">The tables to read, by number.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyList<TableContent>> ReadAsync(
        Session session, IReadOnlyDictionary<uint, IReadOnlyList<int>> keys, Func<uint, bool> wanted, CancellationToken cancellationToken)
    {
        var contents = new List<TableContent>();
        var columns = (await HashedColumn.ReadAsync(session, cancellationToken)).Where(column => wanted(column.Oid));
        foreach (var table in columns.GroupBy(column => (column.Oid, column.Table)))
        {
            var own = table.Where(column => column.IsKey).Select(column => column.Number).ToArray();
            contents.Add(await ReadAsync(session, [.. table], keys.GetValueOrDefault(table.Key.Oid) ?? own, cancellationToken));
        }

        return contents;
    }

    /// <summary>The tables that could be read: number and name.</summary>
    public static async Task<IReadOnlyDictionary<uint, string>> NamesAsync(Session session, CancellationToken cancellationToken) =>
        (await HashedColumn.ReadAsync(session, cancellationToken))
            .DistinctBy(column => column.Oid)
            .ToDictionary(column => column.Oid, column => column.Table);

    static async Task<TableContent> ReadAsync(Session session, List<HashedColumn> columns, IReadOnlyList<int> key,
        CancellationToken cancellationToken)
    {
        var (oid, table) = (columns[0].Oid, columns[0].Table);
        var keyHash = HashedColumn.KeyHash(columns, key);
        var isTied = keyHash is not null;
        var seed = keyHash ?? "0";
        var rowHash = isTied || columns.Count == 0 ? "NULL" : $"coalesce(sum({HashedColumn.RecordHash(columns)}), 0)::text";
        long rows = 0;
        string? whole = null;
        var contents = new List<ColumnContent>();
        foreach (var chunk in columns.Chunk(ColumnsPerScan))
        {
            var aggregates = string.Join(", ", chunk.Select(column =>
                $"count({Sql.Identifier(column.Name)}), coalesce(sum({column.Hash(seed)}), 0)::text"));
            var results =
                await session.QueryAsync(
                    $"SELECT count(*), {rowHash}, {aggregates} FROM ONLY {table}", row => Values(row, chunk.Length), cancellationToken);
            (rows, whole) = (results[0].Rows, results[0].RowHash);
            contents.AddRange(
                chunk.Zip(
                    results[0].Columns,
                    (column, seen) => new ColumnContent(column.Number, column.Name, column.Type, seen.Values, seen.Hash)));
        }

        return new TableContent(oid, table, rows, whole, contents, isTied ? key : []);
    }

    static (long Rows, string? RowHash, (long Values, string Hash)[] Columns) Values(DbDataReader row, int columns) =>
    (
        row.GetInt64(0),
        row.IsDBNull(1) ? null : row.GetString(1),
        [.. Enumerable.Range(0, columns).Select(index => (row.GetInt64(2 + (2 * index)), row.GetString(3 + (2 * index))))]
    );
}

using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>How many rows and values a table lost, row by row.</summary>
/// <param name="Vanished">Rows whose key is gone.</param>
/// <param name="Changed">By column number: values that were not null and differ in the row that has the same key now.</param>
sealed record ChangedRows(long Vanished, IReadOnlyDictionary<int, long> Changed);

/// <summary>
/// Keeps the hashes of the rows that the migrations may write to, so that old and new values are compared row by row. They are in temporary
/// tables of a session that the migrations do not use: no statement of a migration sees or drops them.
/// </summary>
/// <param name="session">On the scratch database, not the one that runs the migrations.</param>
sealed class SavedRows(Session session)
{
    // A copy takes about 40 bytes a row: beyond this the receipt gives an upper bound instead of the exact number.
    const long MostRows = 20_000_000;
    const int MostColumns = 400;

    readonly Dictionary<uint, IReadOnlyList<HashedColumn>> saved = [];

    /// <param name="written">The columns that statements write, by table; null means all of them.</param>
    /// <param name="contents">The tables before the migrations.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task SaveAsync(
        IReadOnlyDictionary<uint, IReadOnlySet<string>?> written, IReadOnlyList<TableContent> contents, CancellationToken cancellationToken)
    {
        if (written.Count == 0)
        {
            return;
        }

        var wanted = contents.Where(table => written.ContainsKey(table.Oid) && table is { Key.Count: > 0, Rows: > 0 and <= MostRows })
            .ToDictionary(table => table.Oid);
        var columns = (await HashedColumn.ReadAsync(session, cancellationToken)).Where(column => wanted.ContainsKey(column.Oid));
        foreach (var table in columns.GroupBy(column => column.Oid))
        {
            var names = written[table.Key];
            HashedColumn[] kept = [.. table.Where(column => column.IsKey || names is null || names.Contains(column.Name))];
            if (kept.Length <= MostColumns && await SaveAsync(table.Key, kept, wanted[table.Key].Key, cancellationToken))
            {
                saved[table.Key] = kept;
            }
        }
    }

    /// <summary>Compares a table with what was saved; null when nothing was, or when its key has another type now.</summary>
    public async Task<ChangedRows?> CompareAsync(uint table, CancellationToken cancellationToken)
    {
        if (!saved.TryGetValue(table, out var before))
        {
            return null;
        }

        var now = (await HashedColumn.ReadAsync(session,
            cancellationToken)).Where(column => column.Oid == table).ToDictionary(column => column.Number);
        int[] key = [.. before.Where(column => column.IsKey).Select(column => column.Number)];
        if (!key.All(number => IsSame(before.First(column => column.Number == number), now.GetValueOrDefault(number))))
        {
            return null;
        }

        HashedColumn[] columns =
            [.. before.Where(column => IsSame(column, now.GetValueOrDefault(column.Number))).Select(column => now[column.Number])];
        var changed = columns.Select(column =>
            $", count(*) FILTER (WHERE n.k IS NOT NULL AND o.c{column.Number} IS NOT NULL AND o.c{column.Number} IS DISTINCT FROM "
                + $"n.c{column.Number})");
        var sql = $"""
            SELECT count(*) FILTER (WHERE n.k IS NULL){string.Concat(changed)}
            FROM {Name(table)} o LEFT JOIN (SELECT {Hashes(columns, key)} FROM ONLY {columns[0].Table}) n ON n.k = o.k
            """;
        var counts = await session.QueryAsync(
            sql, row => Enumerable.Range(0, columns.Length + 1).Select(row.GetInt64).ToArray(), cancellationToken);
        return new ChangedRows(counts[0][0], columns.Zip(counts[0].Skip(1)).ToDictionary(pair => pair.First.Number, pair => pair.Second));
    }

    async Task<bool> SaveAsync(uint table, HashedColumn[] columns, IReadOnlyList<int> key, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync(
                $"CREATE TEMPORARY TABLE {Name(table)} AS SELECT {Hashes(columns, key)} FROM ONLY {columns[0].Table}", cancellationToken);
            await session.ExecuteAsync($"ANALYZE {Name(table)}", cancellationToken);
            return true;
        }
        catch (PostgresFault)
        {
            // A role without the right to create temporary tables, or a full disk: the receipt gives an upper bound.
            return false;
        }
    }

    // A renamed column keeps its number.
    static bool IsSame(HashedColumn before, HashedColumn? now) => now is not null && now.Type == before.Type;

    static string Hashes(IReadOnlyList<HashedColumn> columns, IReadOnlyList<int> key) =>
        string.Concat(
            $"{HashedColumn.KeyHash(columns, key)} AS k",
            string.Concat(columns.Select(column =>
                $", CASE WHEN {Sql.Identifier(column.Name)} IS NOT NULL THEN {column.Hash("0")} END AS c{column.Number}")));

    static string Name(uint table) => $"pg_temp.dbgate_rows_{table}";
}

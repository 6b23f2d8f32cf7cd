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

    // Types without a hash of their own are hashed as text; so are enums, whose hash is that of a number in this database. A record of one
    // value has that value's hash; calling the type's own function, where it takes this very type, is several times quicker.
    const string Columns = """
        SELECT c.oid, format('%I.%I', n.nspname, c.relname), a.attnum::int, a.attname::text, format_type(a.atttypid, a.atttypmod),
               h.amproc IS NOT NULL, CASE WHEN p.proargtypes[0] = h.amproclefttype THEN h.amproc::regproc::text END,
               coalesce(a.attnum = ANY (k.conkey), false)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_opclass o ON o.opcintype = CASE b.typname WHEN 'varchar' THEN 'text'::regtype::oid ELSE b.oid END AND o.opcdefault
          AND o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash')
        LEFT JOIN pg_amproc h ON h.amprocfamily = o.opcfamily AND h.amproclefttype = o.opcintype AND h.amprocrighttype = o.opcintype AND h.amprocnum = 2
        LEFT JOIN pg_proc p ON p.oid = h.amproc
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate') AND c.relname <> '_prisma_migrations'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 2, 3
        """;

    /// <param name="session">On the scratch database.</param>
    /// <param name="keys">The keys to tie the hashes to, from an earlier reading; tables not in it use their primary key.</param>
    /// <param name="wanted">The tables to read, by number.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<IReadOnlyList<TableContent>> ReadAsync(
        Session session, IReadOnlyDictionary<uint, IReadOnlyList<int>> keys, Func<uint, bool> wanted, CancellationToken ct)
    {
        var contents = new List<TableContent>();
        var columns = (await session.QueryAsync(Columns, Read, ct)).Where(column => wanted(column.Oid));
        foreach (var table in columns.GroupBy(column => (column.Oid, column.Table)))
        {
            var own = table.Where(column => column.IsKey).Select(column => column.Number).ToArray();
            contents.Add(await ReadAsync(session, [.. table], keys.GetValueOrDefault(table.Key.Oid) ?? own, ct));
        }

        return contents;
    }

    /// <summary>The tables that could be read: number and name.</summary>
    public static async Task<IReadOnlyDictionary<uint, string>> NamesAsync(Session session, CancellationToken ct) =>
        (await session.QueryAsync(Columns, Read, ct)).DistinctBy(column => column.Oid).ToDictionary(column => column.Oid, column => column.Table);

    static async Task<TableContent> ReadAsync(Session session, List<Column> columns, IReadOnlyList<int> key, CancellationToken ct)
    {
        var (oid, table) = (columns[0].Oid, columns[0].Table);
        var tied = columns.Where(column => key.Contains(column.Number)).ToArray();
        var isTied = key.Count > 0 && tied.Length == key.Count;
        var seed = !isTied ? "0" : tied is [var one] ? one.Hash("0") : $"hash_record_extended(ROW({Expressions(tied)}), 0)";
        var rowHash = isTied || columns.Count == 0 ? "NULL" : $"coalesce(sum(hash_record_extended(ROW({Expressions(columns)}), 0)), 0)::text";
        long rows = 0;
        string? whole = null;
        var contents = new List<ColumnContent>();
        foreach (var chunk in columns.Chunk(ColumnsPerScan))
        {
            var aggregates = string.Join(", ", chunk.Select(column =>
                $"count({Sql.Identifier(column.Name)}), coalesce(sum({column.Hash(seed)}), 0)::text"));
            var results = await session.QueryAsync($"SELECT count(*), {rowHash}, {aggregates} FROM ONLY {table}", row => Values(row, chunk.Length), ct);
            (rows, whole) = (results[0].Rows, results[0].RowHash);
            contents.AddRange(chunk.Zip(results[0].Columns, (column, seen) => new ColumnContent(column.Number, column.Name, column.Type, seen.Values, seen.Hash)));
        }

        return new TableContent(oid, table, rows, whole, contents, isTied ? key : []);
    }

    static string Expressions(IEnumerable<Column> columns) => string.Join(", ", columns.Select(column => column.Expression));

    static (long Rows, string? RowHash, (long Values, string Hash)[] Columns) Values(DbDataReader row, int columns) =>
    (
        row.GetInt64(0),
        row.IsDBNull(1) ? null : row.GetString(1),
        [.. Enumerable.Range(0, columns).Select(index => (row.GetInt64(2 + (2 * index)), row.GetString(3 + (2 * index))))]
    );

    static Column Read(DbDataReader row) => new(
        row.GetFieldValue<uint>(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetBoolean(7));

    sealed record Column(uint Oid, string Table, int Number, string Name, string Type, bool Hashes, string? Function, bool IsKey)
    {
        public string Hash(string seed) => Function is { } own ? $"{own}({Sql.Identifier(Name)}, {seed})" : $"hash_record_extended(ROW({Expression}), {seed})";

        public string Expression => Hashes ? Sql.Identifier(Name) : $"{Sql.Identifier(Name)}::text";
    }
}

using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility;

/// <summary>A column, as far as writes of an old release depend on it.</summary>
/// <param name="Number">Its number in the table.</param>
/// <param name="Name">Its name.</param>
/// <param name="NotNull">Whether it refuses NULL, also through its domain.</param>
/// <param name="Default">The expression of its default; null without one.</param>
/// <param name="IsGenerated">Whether the server computes it.</param>
/// <param name="IsIdentity">Whether it is an identity column.</param>
/// <param name="Type">The number of its type.</param>
/// <param name="Modifier">The length or precision; -1 without one.</param>
/// <param name="TypeText">The type as people write it.</param>
sealed record ColumnFacts(
    int Number, string Name, bool NotNull, string? Default, bool IsGenerated, bool IsIdentity, uint Type, int Modifier, string TypeText);

/// <summary>A rule about rows that a write can break.</summary>
/// <param name="Kind"><c>check</c>, <c>unique</c>, <c>foreign key</c>, <c>exclusion</c>, <c>trigger</c> or <c>partitioning</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns that it looks at; empty when that may be any.</param>
/// <param name="Referenced">Of a foreign key: the table that it refers to.</param>
/// <param name="Definition">Reports a changed one from the same one.</param>
sealed record RowRule(string Kind, string Name, IReadOnlyList<string> Columns, string? Referenced, string Definition);

/// <summary>A table, as far as writes of an old release depend on it.</summary>
/// <param name="Oid">Its number: it stays when the table is renamed.</param>
/// <param name="Name">Schema and name, without quotes.</param>
/// <param name="Columns">By number.</param>
/// <param name="Rules">What rows must fulfil.</param>
sealed record TableFacts(uint Oid, string Name, IReadOnlyDictionary<int, ColumnFacts> Columns, IReadOnlyList<RowRule> Rules)
{
    /// <summary>Whether a trigger can fill in values before a row is written.</summary>
    public bool HasRowTriggers { get; init; }

    public ColumnFacts? Find(string column) => Columns.Values.FirstOrDefault(one => one.Name == column);
}

/// <summary>A function.</summary>
/// <param name="Name">Its name, without schema and arguments.</param>
/// <param name="Body">What is between its quotes.</param>
/// <param name="Triggered">The tables whose triggers call it.</param>
sealed record FunctionFacts(string Name, string Body, IReadOnlyList<string> Triggered);

/// <summary>The tables of a database at one moment of its schema.</summary>
/// <param name="Tables">By schema and name.</param>
/// <param name="Labels">The labels of each enum, by the number of the type.</param>
/// <param name="Types">The names of all types, by number.</param>
/// <param name="Functions">Functions and procedures: no plan shows what they do.</param>
sealed record SchemaFacts(
    IReadOnlyDictionary<string, TableFacts> Tables,
    IReadOnlyDictionary<uint, IReadOnlyList<string>> Labels,
    IReadOnlyDictionary<uint, string> Types,
    IReadOnlyList<FunctionFacts> Functions)
{
    /// <summary>Indexes by their names, without schema.</summary>
    public IReadOnlyDictionary<string, IndexFacts> Indexes { get; init; } = new Dictionary<string, IndexFacts>();

    /// <summary>The definitions of views, by schema and name.</summary>
    public IReadOnlyDictionary<string, string> Views { get; init; } = new Dictionary<string, string>();

    const string Own = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')";

    const string ColumnsQuery = $"""
        SELECT c.oid, n.nspname || '.' || c.relname, a.attnum::int, a.attname::text, a.attnotnull OR t.typnotnull,
          pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '', a.attidentity <> '', a.atttypid, a.atttypmod,
          pg_catalog.format_type(a.atttypid, a.atttypmod)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f') AND {Own}
        """;

    const string ConstraintsQuery = $"""
        SELECT k.conrelid, k.contype::text, k.conname::text, k.conkey::int[], f.nspname || '.' || r.relname,
          pg_catalog.pg_get_constraintdef(k.oid)
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n
          ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace f
          ON f.oid = r.relnamespace
        WHERE k.contype IN ('c', 'f', 'x') AND {Own}
        """;

    const string IndexesQuery = $"""
        SELECT i.indrelid, 'u', x.relname::text, i.indkey::int[], NULL::text,
          regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), '^.* USING ', '')
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisunique AND {Own}
        """;

    const string AllIndexesQuery = $"""
        SELECT x.relname::text, n.nspname || '.' || c.relname, pg_catalog.pg_get_indexdef(i.indexrelid)
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {Own}
        """;

    const string ViewsQuery = $"""
        SELECT n.nspname || '.' || c.relname, pg_catalog.pg_get_viewdef(c.oid)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {Own}
        """;

    // A check of a domain guards every column of that domain.
    const string DomainsQuery = $"""
        SELECT a.attrelid, 'c', k.conname::text, ARRAY[a.attnum::int], NULL::text,
          t.typname || ' ' || pg_catalog.pg_get_constraintdef(k.oid)
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid
        JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'c' AND c.relkind IN ('r', 'p', 'f') AND {Own}
        """;

    // Without a partition rows of its range have no place; a new one takes its own rows only.
    const string PartitionsQuery = $"""
        SELECT c.oid, 'p', 'set of partitions', ARRAY[]::int[], NULL::text,
          pg_catalog.string_agg(pg_catalog.pg_get_expr(p.relpartbound, p.oid), E'\n' ORDER BY pg_catalog.pg_get_expr(p.relpartbound, p.oid))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_inherits i ON i.inhparent = c.oid LEFT JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
        WHERE c.relkind = 'p' AND {Own} GROUP BY c.oid
        """;

    // 7: BEFORE, for each ROW, on INSERT.
    const string TriggersQuery = $"""
        SELECT g.tgrelid, 't', g.tgname::text, ARRAY[]::int[], CASE WHEN g.tgtype & 7 = 7 THEN 'fills' END,
          pg_catalog.pg_get_triggerdef(g.oid) || g.tgenabled::text
        FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND {Own}
        """;

    // Those of extensions change with the extension only.
    const string FunctionsQuery = $"""
        SELECT p.proname::text, p.prosrc, ARRAY(SELECT tn.nspname || '.' || c.relname FROM pg_catalog.pg_trigger g
          JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = c.relnamespace
          WHERE g.tgfoid = p.oid AND NOT g.tgisinternal)
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE {Own} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        """;

    /// <summary>Reads them.</summary>
    public static async Task<SchemaFacts> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        var columns = await session.QueryAsync(ColumnsQuery, row => (Oid: row.GetFieldValue<uint>(0), Table: row.GetString(1),
            Column: new ColumnFacts(
                row.GetInt32(2), row.GetString(3), row.GetBoolean(4), row.Optional<string>(5), row.GetBoolean(6), row.GetBoolean(7),
                row.GetFieldValue<uint>(8), row.GetInt32(9), row.GetString(10))), cancellationToken);
        var names = columns.GroupBy(one => one.Oid)
            .ToDictionary(
                table => table.Key,
                table => (IReadOnlyDictionary<int, ColumnFacts>)table.ToDictionary(one => one.Column.Number, one => one.Column));
        var rules = new List<(uint Oid, RowRule Rule)>();
        foreach (var query in new[] { ConstraintsQuery, IndexesQuery, TriggersQuery, DomainsQuery, PartitionsQuery })
        {
            rules.AddRange(await session.QueryAsync(query, row => ReadRule(row, names), cancellationToken));
        }

        var byTable = rules.ToLookup(one => one.Oid, one => one.Rule);
        var labels = await session.QueryAsync(
            "SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_catalog.pg_enum GROUP BY 1",
            row => (Type: row.GetFieldValue<uint>(0), Labels: row.GetFieldValue<string[]>(1)), cancellationToken);
        var types = await session.QueryAsync(
            "SELECT t.oid, pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t",
            row => (row.GetFieldValue<uint>(0), row.GetString(1)), cancellationToken);
        return new(
            columns.GroupBy(one => (one.Oid, one.Table)).ToDictionary(
                table => table.Key.Table,
                table => new TableFacts(table.Key.Oid, table.Key.Table, names[table.Key.Oid], [.. byTable[table.Key.Oid]])
                {
                    HasRowTriggers = byTable[table.Key.Oid].Any(rule => rule is { Kind: "trigger", Referenced: "fills" }),
                },
                StringComparer.Ordinal),
            labels.ToDictionary(one => one.Type, one => (IReadOnlyList<string>)one.Labels),
            types.ToDictionary(one => one.Item1, one => one.Item2),
            await session.QueryAsync(
                FunctionsQuery, row => new FunctionFacts(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2)),
                cancellationToken))
        {
            Indexes = (await session.QueryAsync(
                AllIndexesQuery, row => (Name: row.GetString(0), Facts: new IndexFacts(row.GetString(1), row.GetString(2))),
                cancellationToken)).DistinctBy(one => one.Name).ToDictionary(one => one.Name, one => one.Facts, StringComparer.Ordinal),
            Views = (await session.QueryAsync(
                ViewsQuery, row => (row.GetString(0), row.GetString(1)), cancellationToken))
                .ToDictionary(one => one.Item1, one => one.Item2, StringComparer.Ordinal),
        };
    }

    public string TypeName(uint type) => Types.GetValueOrDefault(type) ?? $"a type that does not exist any more ({type})";

    static (uint Oid, RowRule Rule) ReadRule(DbDataReader row, IReadOnlyDictionary<uint, IReadOnlyDictionary<int, ColumnFacts>> tables)
    {
        var table = row.GetFieldValue<uint>(0);
        var kind = row.GetString(1) switch
        {
            "c" => "check",
            "f" => "foreign key",
            "x" => "exclusion",
            "t" => "trigger",
            "p" => "partitioning",
            _ => "unique",
        };
        var numbers = row.IsDBNull(3) ? [] : row.GetFieldValue<int[]>(3);
        var columns = numbers.Contains(0) ? [] : numbers
            .Select(number => tables.GetValueOrDefault(table)?.GetValueOrDefault(number)?.Name).OfType<string>();
        return (table, new(kind, row.GetString(2), [.. columns], row.Optional<string>(4), row.Optional<string>(5) ?? ""));
    }
}

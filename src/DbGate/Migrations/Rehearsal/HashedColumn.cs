using DbGate.Migrations.Tools;
using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A column of a table that migrations can change, and how its values are hashed.</summary>
/// <param name="Oid">The table's number.</param>
/// <param name="Table">The table's qualified name.</param>
/// <param name="Number">The column's number.</param>
/// <param name="Name">The column's name, without quotes.</param>
/// <param name="Type">As PostgreSQL writes it.</param>
/// <param name="Hashes">Whether the type has a hash function.</param>
/// <param name="Function">That function, where it takes this very type; otherwise null.</param>
/// <param name="IsKey">Whether the column is part of the primary key.</param>
sealed record HashedColumn(uint Oid, string Table, int Number, string Name, string Type, bool Hashes, string? Function, bool IsKey)
{
    // Types without a hash of their own are hashed as text; so are enums, whose hash is that of a number in this database. A record of one
    // value has that value's hash; calling the type's own function, where it takes this very type, is several times quicker.
    const string Query = $$"""
        SELECT c.oid, format('%I.%I', n.nspname, c.relname), a.attnum::int, a.attname::text, format_type(a.atttypid, a.atttypmod),
               h.amproc IS NOT NULL, CASE WHEN p.proargtypes[0] = h.amproclefttype THEN h.amproc::regproc::text END,
               coalesce(a.attnum = ANY (k.conkey), false)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_opclass o ON o.opcintype = CASE b.typname WHEN 'varchar' THEN 'text'::regtype::oid ELSE b.oid END AND o.opcdefault
          AND o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash')
        LEFT JOIN pg_amproc h ON h.amprocfamily = o.opcfamily AND h.amproclefttype = o.opcintype AND h.amprocrighttype = o.opcintype
          AND h.amprocnum = 2
        LEFT JOIN pg_proc p ON p.oid = h.amproc
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')
          AND c.relname <> '{{LedgerReader.Table}}'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 2, 3
        """;

    public string Expression => Hashes ? Sql.Identifier(Name) : $"{Sql.Identifier(Name)}::text";

    /// <summary>An expression that gives a value's 64-bit hash.</summary>
    public string Hash(string seed) =>
        Function is { } own ? $"{own}({Sql.Identifier(Name)}, {seed})" : $"hash_record_extended(ROW({Expression}), {seed})";

    /// <summary>All columns of all tables that belong to no extension, ordered by table and number.</summary>
    public static Task<IReadOnlyList<HashedColumn>> ReadAsync(Session session, CancellationToken cancellationToken) =>
        session.QueryAsync(Query, Read, cancellationToken);

    /// <summary>An expression that gives the hash of a row's key; null when the table has no such key.</summary>
    public static string? KeyHash(IReadOnlyList<HashedColumn> columns, IReadOnlyList<int> key)
    {
        var tied = columns.Where(column => key.Contains(column.Number)).ToArray();
        return key.Count == 0 || tied.Length != key.Count ? null : tied is [var one] ? one.Hash("0") : RecordHash(tied);
    }

    /// <summary>An expression that gives the hash of several columns together.</summary>
    public static string RecordHash(IEnumerable<HashedColumn> columns) =>
        $"hash_record_extended(ROW({string.Join(", ", columns.Select(column => column.Expression))}), 0)";

    static HashedColumn Read(DbDataReader row) => new(
        row.GetFieldValue<uint>(0),
        row.GetString(1),
        row.GetInt32(2),
        row.GetString(3),
        row.GetString(4),
        row.GetBoolean(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.GetBoolean(7));
}

using System.Globalization;
using System.Text.Json;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>The rows that were made up for a scratch database.</summary>
/// <param name="Tables">How many tables have some.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Empty">The tables for which the server accepted none.</param>
sealed record GeneratedRowsReport(int Tables, long Rows, IReadOnlyList<string> Empty);

/// <summary>
/// Fills empty tables with made-up rows, so that locks, rewrites and failures of later migrations show without production's data. Columns
/// that allow it are NULL in some of the rows.
/// </summary>
static class GeneratedRows
{
    /// <summary>Tried for each table.</summary>
    public const int PerTable = 100;

    /// <summary>In one of so many rows a column that allows it is NULL.</summary>
    const int Nulls = 10;

    /// <summary>The row's number, by a name that no column has.</summary>
    const string I = "dbgate_i";

    const string TablesQuery = """
        SELECT c.oid::bigint, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
          (SELECT coalesce(json_agg(json_build_object('number', a.attnum, 'name', quote_ident(a.attname), 'notNull', a.attnotnull,
              'type', format_type(coalesce(b.oid, t.oid), NULL), 'shown', format_type(a.atttypid, a.atttypmod),
              'kind', coalesce(b.typtype, t.typtype), 'category', coalesce(b.typcategory, t.typcategory),
              'modifier', CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) ORDER BY a.attnum), '[]')
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = ''
              AND a.attgenerated = '')::text,
          (SELECT coalesce(json_agg(json_build_object('table', f.confrelid::bigint, 'name', f.confrelid::pg_catalog.regclass::text,
              'columns', f.conkey, 'keys', (SELECT json_agg(quote_ident(a.attname) ORDER BY k.place)
                FROM unnest(f.confkey) WITH ORDINALITY k (number, place) JOIN pg_catalog.pg_attribute a
                  ON a.attrelid = f.confrelid AND a.attnum = k.number))), '[]')
            FROM pg_catalog.pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0)::text
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
          AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 2
        """;

    /// <summary>Fills the tables.</summary>
    /// <param name="session">Of their owner: triggers run with its rights.</param>
    /// <param name="ledgers">The migration tool's own tables, as schema.table; they stay as they are.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<GeneratedRowsReport> FillAsync(
        Session session, IReadOnlyList<string> ledgers, CancellationToken cancellationToken)
    {
        var all = await session.QueryAsync(
            TablesQuery,
            row => new Table(row.GetInt64(0), row.GetString(1), Columns(row.GetString(2)), References(row.GetString(3))),
            cancellationToken);
        var (tables, rows, empty) = (0, 0L, new List<string>());
        foreach (var table in Order([.. all.Where(one => !ledgers.Contains(one.Name.Replace("\"", "", StringComparison.Ordinal)))]))
        {
            var count = await FillAsync(session, table, cancellationToken);
            (tables, rows) = (tables + (count > 0 ? 1 : 0), rows + count);
            if (count == 0)
            {
                empty.Add(table.Name);
            }
        }

        return new(tables, rows, empty);
    }

    static async Task<long> FillAsync(Session session, Table table, CancellationToken cancellationToken)
    {
        var count = $"SELECT count(*) FROM {table.Name}";
        try
        {
            if (await session.ScalarAsync<long>(count, cancellationToken) is > 0 and var own)
            {
                return own;
            }

            await session.ExecuteScriptAsync([Insert(table)], cancellationToken);
            return await session.ScalarAsync<long>(count, cancellationToken);
        }
        catch (PostgresFault)
        {
            return 0; // the report names the table
        }
    }

    /// <summary>A row that the server refuses is left out: a check or a trigger may allow only some.</summary>
    static string Insert(Table table)
    {
        var joined = table.References.Where(one => one.Keys.Count == one.Columns.Count).Index().ToArray();
        var values = new List<(string Column, string Value)>();
        foreach (var column in table.Columns)
        {
            var (at, reference) = joined.FirstOrDefault(one => one.Item.Columns.Contains(column.Number));
            var value = reference is null
                ? Value(column, table.Name)
                : $"f{at}.{reference.Keys[reference.Columns.IndexOf(column.Number)]}";
            values.Add((column.Name, column.IsNotNull || reference is not null ? value : $"CASE WHEN {I} % {Nulls} <> 0 THEN {value} END"));
        }

        var joins = string.Concat(joined.Select(one =>
            $" LEFT JOIN LATERAL (SELECT * FROM {one.Item.Name} "
                + $"OFFSET ({I} - 1) % greatest((SELECT count(*) FROM {one.Item.Name}), 1) LIMIT 1) f{one.Index} ON true"));
        var insert = values.Count == 0
            ? $"INSERT INTO {table.Name} DEFAULT VALUES"
            : $"INSERT INTO {table.Name} ({string.Join(", ", values.Select(one => one.Column))}) "
                + $"SELECT {string.Join(", ", values.Select(one => one.Value))} FROM (SELECT 1) dbgate_one{joins} ON CONFLICT DO NOTHING";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            DO $dbgate$ BEGIN FOR {I} IN 1..{PerTable} LOOP
              BEGIN {insert}; EXCEPTION WHEN others THEN NULL; END;
            END LOOP; END $dbgate$
            """);
    }

    static string Value(Column column, string table)
    {
        var length = column.Modifier - 4; // PostgreSQL counts its own header
        return (column.Type, column.Kind, column.Category) switch
        {
            (_, "e", _) => $"(enum_range(NULL::{column.Type}))[1 + {I} % cardinality(enum_range(NULL::{column.Type}))]",
            (_, "r" or "m", _) => $"'empty'::{column.Type}",
            (_, _, "A") => $"'{{}}'::{column.Type}",
            ("boolean", _, _) => $"{I} % 2 = 0",
            ("smallint" or "integer" or "bigint" or "real" or "double precision" or "oid", _, _) => $"{I}::{column.Type}",
            ("numeric", _, _) when column.Modifier > 4 =>
                $"({I}::numeric % 10::numeric ^ least({(length >> 16) & 0xffff} - {length & 0x7ff}, 6))::{column.Shown}",
            ("numeric" or "money", _, _) => $"{I}::{column.Type}",
            ("character varying" or "character", _, _) when length is > 0 and < 40 =>
                string.Create(CultureInfo.InvariantCulture, $"right(repeat('0', {length}) || {I}, {length})"),
            ("text" or "character varying" or "character" or "name" or "citext", _, _) => $"('row ' || {I})::{column.Type}",
            ("uuid", _, _) => $"md5({Sql.Literal(table)} || {I})::uuid",
            ("date", _, _) => $"date '2020-01-01' + {I}",
            ("timestamp without time zone" or "timestamp with time zone", _, _) =>
                $"(timestamp '2020-01-01' + {I} * interval '1 hour')::{column.Type}",
            ("time without time zone" or "time with time zone", _, _) => $"(time '00:00' + {I} * interval '1 minute')::{column.Type}",
            ("interval", _, _) => $"{I} * interval '1 minute'",
            ("json" or "jsonb", _, _) => $"'{{}}'::{column.Type}",
            ("bytea", _, _) => $"decode(md5({I}::text), 'hex')",
            ("inet" or "cidr", _, _) => $"('10.0.0.' || {I} || '/32')::{column.Type}",
            ("macaddr", _, _) => $"('08:00:2b:01:02:' || lpad(to_hex({I} % 256), 2, '0'))::macaddr",
            ("bit" or "bit varying", _, _) => $"{I}::bit({Math.Max(column.Modifier, 1)})",
            ("xml", _, _) => "'<row/>'::xml",
            ("tsvector", _, _) => $"to_tsvector('simple', 'row ' || {I})",
            ("point", _, _) => $"point({I}, {I})",
            _ => "NULL",
        };
    }

    /// <summary>Tables that others refer to first; what refers to itself in a circle comes last.</summary>
    static List<Table> Order(IReadOnlyList<Table> tables)
    {
        var (ordered, left) = (new List<Table>(), tables.ToList());
        while (left.Count > 0)
        {
            var ready = left.Where(table => table.References.All(one =>
                one.Table == table.Oid || left.TrueForAll(other => other.Oid != one.Table))).ToArray();
            ordered.AddRange(ready is [] ? left : ready);
            left = ready is [] ? [] : [.. left.Except(ready)];
        }

        return ordered;
    }

    static List<Column> Columns(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateArray().Select(one => new Column(
                one.GetProperty("number").GetInt32(), one.GetProperty("name").GetString()!, one.GetProperty("notNull").GetBoolean(),
                one.GetProperty("type").GetString()!, one.GetProperty("shown").GetString()!, one.GetProperty("kind").GetString()!,
                one.GetProperty("category").GetString()!, one.GetProperty("modifier").GetInt32())),
        ];
    }

    static List<Reference> References(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateArray().Select(one => new Reference(
                one.GetProperty("table").GetInt64(), one.GetProperty("name").GetString()!,
                [.. one.GetProperty("columns").EnumerateArray().Select(number => number.GetInt32())],
                [.. one.GetProperty("keys").EnumerateArray().Select(name => name.GetString()!)])),
        ];
    }

    sealed record Table(long Oid, string Name, IReadOnlyList<Column> Columns, IReadOnlyList<Reference> References);

    sealed record Column(
        int Number, string Name, bool IsNotNull, string Type, string Shown, string Kind, string Category, int Modifier);

    sealed record Reference(long Table, string Name, List<int> Columns, IReadOnlyList<string> Keys);
}

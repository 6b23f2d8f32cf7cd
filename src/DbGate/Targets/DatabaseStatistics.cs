using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Postgres;

namespace DbGate.Targets;

/// <summary>A table with its rows.</summary>
/// <param name="Name">Schema and table, unquoted: <c>public.WalletLedgerEntry</c>.</param>
/// <param name="RowCount">Counted, or PostgreSQL's estimate.</param>
public sealed record TableRows(string Name, long RowCount);

/// <summary>Size and row counts of a database; the shape of its JSON is a contract.</summary>
/// <param name="SizeBytes">As <c>pg_database_size</c> says.</param>
/// <param name="Tables">The largest first; partitions count under their parent.</param>
/// <param name="IsExact">False when the rows are estimates.</param>
public sealed record DatabaseStatistics(long SizeBytes, IReadOnlyList<TableRows> Tables, bool IsExact)
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const string Estimates = """
        select n.nspname::text, c.relname::text,
               (select sum(case when leaf.reltuples >= 0 then leaf.reltuples::bigint else coalesce(pg_stat_get_live_tuples(leaf.oid), 0) end)
                  from pg_class leaf
                 where leaf.relkind = 'r'
                   and leaf.oid = any (case c.relkind when 'p' then array(select relid::oid from pg_partition_tree(c.oid) where isleaf) else array[c.oid] end))::bigint
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not in ('pg_catalog', 'information_schema', 'dbgate') and n.nspname not like 'pg\_toast%' and n.nspname not like 'pg\_temp%'
        """;

    /// <summary>Reads the sizes, and counts the rows when asked to be exact: then every table is read, at one snapshot.</summary>
    public static async Task<DatabaseStatistics> ReadAsync(Session session, bool exact, IProgress<int>? counted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        await session.ExecuteAsync("begin transaction isolation level repeatable read, read only", cancellation);
        try
        {
            var size = await session.ScalarAsync<long>("select pg_database_size(current_database())", cancellation);
            var tables = await session.QueryAsync(
                Estimates, row => (Schema: row.GetString(0), Name: row.GetString(1), Rows: row.IsDBNull(2) ? 0 : row.GetInt64(2)), cancellation);
            var rows = new List<TableRows>(tables.Count);
            foreach (var table in tables)
            {
                var count = exact
                    ? await session.ScalarAsync<long>($"select count(*) from {Sql.Identifier(table.Schema)}.{Sql.Identifier(table.Name)}", cancellation)
                    : table.Rows;
                rows.Add(new TableRows($"{table.Schema}.{table.Name}", count));
                counted?.Report(rows.Count);
            }

            return new DatabaseStatistics(
                size, [.. rows.OrderByDescending(table => table.RowCount).ThenBy(table => table.Name, StringComparer.Ordinal)], exact);
        }
        finally
        {
            if (session.IsOpen)
            {
                await session.ExecuteAsync("rollback", CancellationToken.None);
            }
        }
    }

    /// <summary><c>{"sizeBytes":52428800,"sizeMB":50,"tableCount":9,"tables":[{"name":"public.WalletLedgerEntry","rowCount":15234}]}</c></summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sizeBytes", SizeBytes);
            json.WriteNumber("sizeMB", (long)Math.Round(SizeBytes / 1048576.0, MidpointRounding.AwayFromZero));
            json.WriteNumber("tableCount", Tables.Count);
            json.WriteStartArray("tables");
            foreach (var table in Tables)
            {
                json.WriteStartObject();
                json.WriteString("name", table.Name);
                json.WriteNumber("rowCount", table.RowCount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

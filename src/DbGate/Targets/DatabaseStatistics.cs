using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Postgres;

namespace DbGate.Targets;

/// <summary>A table with its rows.</summary>
/// <param name="Name">Schema and table, unquoted: <c>public.WalletLedgerEntry</c>.</param>
/// <param name="RowCount">Counted, or PostgreSQL's estimate.</param>
sealed record TableRows(string Name, long RowCount)
{
    /// <summary>The name as SQL takes it.</summary>
    internal string Quoted { get; init; } = "";
}

/// <summary>Size and row counts of a database; the shape of its JSON is a contract.</summary>
/// <param name="SizeBytes">As <c>pg_database_size</c> states.</param>
/// <param name="Tables">The largest first; partitions count under their parent.</param>
/// <param name="IsExact">False when the rows are estimates.</param>
sealed record DatabaseStatistics(long SizeBytes, IReadOnlyList<TableRows> Tables, bool IsExact)
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const string Estimates = """
        select n.nspname::text, c.relname::text,
               (select sum(case when leaf.reltuples >= 0 then leaf.reltuples::bigint
                 else coalesce(pg_stat_get_live_tuples(leaf.oid), 0) end)
                  from pg_class leaf
                 where leaf.relkind = 'r'
                   and leaf.oid = any (case c.relkind when 'p' then array(select relid::oid from pg_partition_tree(c.oid) where isleaf)
                     else array[c.oid] end))::bigint
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not in ('pg_catalog', 'information_schema', 'dbgate') and n.nspname not like 'pg\_toast%' and n.nspname not like 'pg\_temp%'
        """;

    /// <summary>Reads the sizes, and counts the rows when asked to be exact: then every table is read, at one snapshot.</summary>
    public static async Task<DatabaseStatistics> ReadAsync(
        Session session, bool exact, IProgress<TableRows>? counted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var estimated = await EstimateAsync(session, cancellationToken);
        if (!exact)
        {
            return estimated;
        }

        var rows = new List<TableRows>(estimated.Tables.Count);
        await foreach (var table in estimated.CountAsync(session, cancellationToken))
        {
            rows.Add(table);
            counted?.Report(table);
        }

        return new DatabaseStatistics(estimated.SizeBytes, Sorted(rows), true);
    }

    /// <summary>Counts the rows of these tables one after another, at one snapshot, in the order in which they are here.</summary>
    /// <param name="session">With the same database.</param>
    /// <param name="cancellationToken">Ends the count that runs, on the server too.</param>
    public async IAsyncEnumerable<TableRows> CountAsync(Session session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await session.ExecuteAsync("begin transaction isolation level repeatable read, read only", cancellationToken);
        try
        {
            foreach (var table in Tables)
            {
                yield return table with { RowCount =
                    await session.ScalarAsync<long>($"select count(*) from {table.Quoted}", cancellationToken) };
            }
        }
        finally
        {
            if (session.IsOpen)
            {
                await session.ExecuteAsync("rollback", CancellationToken.None);
            }
        }
    }

    /// <summary>The size as the contract shows it: whole megabytes of 1,048,576 bytes.</summary>
    public static long Megabytes(long bytes) => (long)Math.Round(bytes / 1048576.0, MidpointRounding.AwayFromZero);

    /// <summary>
    /// <c>{"sizeBytes":52428800,"sizeMB":50,"tableCount":9,"tables":[{"name":"public.WalletLedgerEntry","rowCount":15234}]}</c>
    /// </summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sizeBytes", SizeBytes);
            json.WriteNumber("sizeMB", Megabytes(SizeBytes));
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

    static async Task<DatabaseStatistics> EstimateAsync(Session session, CancellationToken cancellationToken)
    {
        var size = await session.ScalarAsync<long>("select pg_database_size(current_database())", cancellationToken);
        var tables = await session.QueryAsync(
            Estimates,
            row => new TableRows($"{row.GetString(0)}.{row.GetString(1)}", row.IsDBNull(2) ? 0 : row.GetInt64(2))
            {
                Quoted = $"{Sql.Identifier(row.GetString(0))}.{Sql.Identifier(row.GetString(1))}",
            },
            cancellationToken);
        return new DatabaseStatistics(size, Sorted(tables), false);
    }

    static TableRows[] Sorted(IEnumerable<TableRows> tables) =>
        [.. tables.OrderByDescending(table => table.RowCount).ThenBy(table => table.Name, StringComparer.Ordinal)];
}

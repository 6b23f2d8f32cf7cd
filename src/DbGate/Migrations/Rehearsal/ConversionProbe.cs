using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Counts, before a column's type is changed, which values do not come back when converted there and back. Runs in a transaction.
/// </summary>
static class ConversionProbe
{
    public static async Task<IReadOnlyList<Conversion>> ReadAsync(Session session, ParsedStatement statement,
        CancellationToken cancellationToken)
    {
        var conversions = new List<Conversion>();
        if (statement is AlterTable alter)
        {
            foreach (var action in alter.Actions.OfType<AlterColumnType>())
            {
                if (await ReadAsync(session, alter.Table.ToString(), action, cancellationToken) is { } conversion)
                {
                    conversions.Add(conversion);
                }
            }
        }

        return conversions;
    }

    static async Task<Conversion?> ReadAsync(Session session, string table, AlterColumnType action, CancellationToken cancellationToken)
    {
        var old = await session.QueryAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname), format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped
            """,
            row => (Table: row.GetString(0), Type: row.GetString(1)),
            cancellationToken,
            table,
            action.Column);
        if (old.Count == 0)
        {
            return null;
        }

        var column = Sql.Identifier(action.Column);
        var converted = $"({action.Using?.Text ?? column})::{action.TypeText}";
        table = old[0].Table;
        var counts = await CountAsync(session, table, column, $"({converted})::{old[0].Type} IS DISTINCT FROM {column}", cancellationToken)
            ?? await CountAsync(session, table, column, $"({converted})::text IS DISTINCT FROM {column}::text", cancellationToken)
            ?? await CountAsync(session, table, column, "NULL", cancellationToken);
        return counts is var (values, changed, query)
            ? new Conversion(table, action.Column, old[0].Type, action.TypeText, values, changed) { Query = query }
            : null;
    }

    static async Task<(long Values, long? Changed, string Query)?> CountAsync(
        Session session, string table, string column, string changed, CancellationToken cancellationToken)
    {
        var known = changed != "NULL";
        var sql = $"SELECT count({column}), count(*) FILTER (WHERE {column} IS NOT NULL AND {changed}) FROM {table}";
        var query = $"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {changed}";
        try
        {
            await session.ExecuteAsync("SAVEPOINT dbgate_probe", cancellationToken);
            var counts = await session.QueryAsync(sql, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
            await session.ExecuteAsync("RELEASE SAVEPOINT dbgate_probe", cancellationToken);
            return (counts[0].Item1, known ? counts[0].Item2 : null, query);
        }
        catch (PostgresFault)
        {
            // The server cannot compare so, or a value does not convert at all: the statement itself will tell.
            await session.ExecuteAsync("ROLLBACK TO SAVEPOINT dbgate_probe", cancellationToken);
            return null;
        }
    }
}

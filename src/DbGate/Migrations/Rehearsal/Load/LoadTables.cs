using DbGate.Migrations.Tools;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal.Load;

/// <summary>A table that the load reads and writes.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Name">Qualified name.</param>
/// <param name="Column">A column that can be written without changing anything.</param>
sealed record LoadTable(uint Oid, string Name, string Column);

/// <summary>Chooses the tables: those that the pending migrations mention, filled ones.</summary>
static class LoadTables
{
    const int Most = 16;

    const string Query = $$"""
        SELECT c.oid, format('%I.%I', n.nspname, c.relname), c.relname::text, (
          SELECT quote_ident(attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY attnum LIMIT 1)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')
          AND c.relname <> '{{LedgerReader.Table}}'
          AND pg_relation_size(c.oid) > 0
        ORDER BY pg_relation_size(c.oid) DESC
        """;

    public static async Task<IReadOnlyList<LoadTable>> ReadAsync(
        Session session, IReadOnlyList<PendingMigration> pending, CancellationToken cancellationToken)
    {
        var tables = await session.QueryAsync(
            Query,
            row =>
                (Table: new LoadTable(row.GetFieldValue<uint>(0), row.GetString(1), row.IsDBNull(3) ? "" : row.GetString(3)),
                    Name: row.GetString(2)), cancellationToken);
        return
        [
            .. tables.Where(table => table.Table.Column.Length > 0
                    && pending.Any(migration =>
                        migration.Script.Text.Contains(
                            table.Name.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)))
                .Select(table => table.Table)
                .Take(Most),
        ];
    }
}

using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace DbGate.Testing;

/// <summary>
/// Reads a whole database, catalogue and rows, into one digest. It does not use DbGate's own code, so that a test of
/// "database untouched" has a second opinion.
/// </summary>
static class DatabaseFingerprint
{
    // Definitions as the server itself writes them; no object ids, so that a restored copy has the same digest.
    const string Catalogue = """
        WITH own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', '{0}'))
        SELECT line FROM (
            SELECT format('schema %s owner %s acl %s', nspname, pg_get_userbyid(n.nspowner), n.nspacl) AS line FROM pg_namespace n WHERE oid IN (SELECT oid FROM own)
            UNION ALL
            SELECT format('%s %s.%s owner %s acl %s options %s rls %s comment %s', c.relkind, o.nspname, c.relname, pg_get_userbyid(c.relowner), c.relacl, c.reloptions,
                          c.relrowsecurity, obj_description(c.oid, 'pg_class'))
              FROM pg_class c JOIN own o ON o.oid = c.relnamespace WHERE c.relkind <> 't'
            UNION ALL
            SELECT format('column %s.%s.%s %s %s not null %s default %s generated %s%s collation %s acl %s', o.nspname, c.relname, a.attname, a.attnum,
                          format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity, a.attcollation, a.attacl)
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN own o ON o.oid = c.relnamespace
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT format('constraint %s.%s on %s %s %s', o.nspname, k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid), k.convalidated)
              FROM pg_constraint k JOIN own o ON o.oid = k.connamespace
            UNION ALL
            SELECT format('index %s %s valid %s', o.nspname, pg_get_indexdef(i.indexrelid), i.indisvalid)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN own o ON o.oid = c.relnamespace
            UNION ALL
            SELECT format('view %s.%s %s', o.nspname, c.relname, pg_get_viewdef(c.oid)) FROM pg_class c JOIN own o ON o.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
            UNION ALL
            SELECT format('function %s %s', o.nspname, CASE p.prokind WHEN 'a' THEN p.oid::regprocedure::text ELSE pg_get_functiondef(p.oid) END)
              FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
            UNION ALL
            SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT t.tgisinternal
            UNION ALL
            SELECT format('event trigger %s %s %s', evtname, evtevent, evtenabled) FROM pg_event_trigger
            UNION ALL
            SELECT format('enum %s.%s %s %s', o.nspname, t.typname, e.enumlabel, row_number() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder))
              FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN own o ON o.oid = t.typnamespace
            UNION ALL
            SELECT format('extension %s %s', extname, extversion) FROM pg_extension
            UNION ALL
            SELECT format('setting %s %s', s.setrole::regrole, s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
        ) AS everything ORDER BY line COLLATE "C"
        """;

    const string Sequences = """
        SELECT format('SELECT format(''sequence %%s %%s %%s'', %L, last_value, is_called) FROM %I.%I', schemaname || '.' || sequencename, schemaname, sequencename)
        FROM pg_sequences WHERE schemaname <> '{0}' ORDER BY 1
        """;

    const string Rows = """
        SELECT format('SELECT format(''rows %%s %%s %%s'', %L, count(*), md5(string_agg(md5(t::text), '''' ORDER BY md5(t::text)))) FROM %I.%I t',
                      schemaname || '.' || tablename, schemaname, tablename)
        FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname NOT IN ('information_schema', '{0}') ORDER BY 1
        """;

    /// <param name="connection">Open.</param>
    /// <param name="without">A schema that is left out, such as DbGate's own.</param>
    public static async Task<string> ReadAsync(NpgsqlConnection connection, string without = "")
    {
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var lines = await ListAsync(connection, Of(Catalogue));
        foreach (var query in (await ListAsync(connection, Of(Sequences))).Concat(await ListAsync(connection, Of(Rows))))
        {
            lines.AddRange(await ListAsync(connection, query));
        }

        string Of(string query) => query.Replace("{0}", without, StringComparison.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    static async Task<List<string>> ListAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}

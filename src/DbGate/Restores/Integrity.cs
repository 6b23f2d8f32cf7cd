using DbGate.Postgres;

namespace DbGate.Restores;

/// <summary>What a database breaks of its own rules.</summary>
/// <param name="Violations">Constraints that its rows break.</param>
/// <param name="Broken">Indexes and other objects that cannot be used.</param>
/// <param name="Behind">Sequences that would hand out a value that is taken.</param>
/// <param name="NotChecked">What could not be looked at, and why.</param>
/// <param name="ForeignKeys">How many foreign keys were looked at.</param>
/// <param name="Indexes">How many indexes were looked at.</param>
sealed record IntegrityReport(
    IReadOnlyList<string> Violations, IReadOnlyList<string> Broken, IReadOnlyList<string> Behind, IReadOnlyList<string> NotChecked, int ForeignKeys, int Indexes);

/// <summary>Asks a database whether its rows keep their constraints. Changes nothing that stays.</summary>
sealed class Integrity(Session session)
{
    const string UserSchema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    readonly List<string> violations = [];
    readonly List<string> broken = [];
    readonly List<string> notChecked = [];

    public async Task<IntegrityReport> InspectAsync(CancellationToken ct)
    {
        await session.ExecuteAsync("SET search_path = ''", ct);
        var keys = await InspectForeignKeysAsync(ct);
        await InspectUnvalidatedAsync(ct);
        var indexes = await InspectIndexesAsync(ct);
        return new(violations, broken, await InspectSequencesAsync(ct), notChecked, keys, indexes);
    }

    // Every foreign key by a query of its own: whoever loaded the rows, and whether the server once checked them or not.
    async Task<int> InspectForeignKeysAsync(CancellationToken ct)
    {
        var keys = await session.QueryAsync(
            """
            SELECT format('%I.%I.%I', n.nspname, c.relname, k.conname),
              format('SELECT 1 FROM %s%I.%I c WHERE (%s) AND NOT EXISTS (SELECT FROM %I.%I p WHERE %s) LIMIT 1',
                CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname,
                string_agg(format('c.%I IS NOT NULL', a.attname), CASE k.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END ORDER BY i.ord),
                pn.nspname, pc.relname,
                string_agg(format('p.%I OPERATOR(%I.%s) c.%I', pa.attname, opn.nspname, op.oprname, a.attname), ' AND ' ORDER BY i.ord))
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class pc ON pc.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
            CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY i (child, parent, operator, ord)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.child
            JOIN pg_catalog.pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = i.parent
            JOIN pg_catalog.pg_operator op ON op.oid = i.operator JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
            WHERE k.contype = 'f' AND k.conparentid = 0
            GROUP BY k.oid, k.conname, k.confmatchtype, n.nspname, c.relname, c.relkind, pn.nspname, pc.relname
            ORDER BY 1
            """,
            row => (Name: row.GetString(0), Orphans: row.GetString(1)), ct);
        foreach (var (name, orphans) in keys)
        {
            if (await session.ScalarAsync<int?>(orphans, ct) is not null)
            {
                violations.Add($"{name} has orphans");
            }
        }

        return keys.Count;
    }

    // The server itself tells best whether a constraint holds that nobody checked yet; what it then notes down is rolled back.
    async Task InspectUnvalidatedAsync(CancellationToken ct)
    {
        var constraints = await session.QueryAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname), quote_ident(k.conname)
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contype = 'c' AND NOT k.convalidated AND k.conparentid = 0 AND c.relkind IN ('r', 'p') ORDER BY 1, 2
            """,
            row => (Table: row.GetString(0), Name: row.GetString(1)), ct);
        foreach (var (table, name) in constraints)
        {
            await TryAsync($"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", fault => violations.Add($"{table}.{name}: {fault.MessageText}"), ct);
        }
    }

    async Task<int> InspectIndexesAsync(CancellationToken ct)
    {
        var indexes = await session.QueryAsync(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid AND i.indisready,
              c.relkind = 'i' AND am.amname = 'btree' AND c.relpersistence <> 't', c.oid::int8
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_am am ON am.oid = c.relam
            WHERE {UserSchema} ORDER BY 1
            """,
            row => (Name: row.GetString(0), Usable: row.GetBoolean(1), Checkable: row.GetBoolean(2), Oid: row.GetInt64(3)), ct);
        broken.AddRange(indexes.Where(index => !index.Usable).Select(index => $"index {index.Name} is not valid"));

        await session.ExecuteAsync("BEGIN", ct);
        try
        {
            await session.ExecuteAsync("CREATE SCHEMA dbgate_amcheck", ct);
            await session.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA dbgate_amcheck", ct);
            var schema = await session.ScalarAsync<string>(
                "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'", ct);

            // Caught in the server: a client takes an error of this class for the end of its connection.
            await session.ExecuteAsync(
                $"""
                CREATE FUNCTION pg_temp.dbgate_amcheck(index regclass) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN PERFORM {schema}.bt_index_check(index); RETURN NULL; EXCEPTION WHEN index_corrupted OR data_corrupted THEN RETURN SQLERRM; END $$
                """,
                ct);
            foreach (var index in indexes.Where(index => index.Usable && index.Checkable))
            {
                if (await session.ScalarAsync<string?>("SELECT pg_temp.dbgate_amcheck($1::int8::oid::regclass)", ct, index.Oid) is { } fault)
                {
                    broken.Add($"index {index.Name}: {fault}");
                }
            }
        }
        catch (PostgresFault fault)
        {
            notChecked.Add($"the inside of indexes: amcheck cannot be used here ({fault.MessageText})");
        }

        await session.ExecuteAsync("ROLLBACK", ct);
        return indexes.Count;
    }

    async Task<IReadOnlyList<string>> InspectSequencesAsync(CancellationToken ct)
    {
        var owned = await session.QueryAsync(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', tn.nspname, t.relname), a.attname::text,
              format('SELECT max(%I)::text, (max(%I) > (SELECT last_value FROM %I.%I)) FROM %I.%I', a.attname, a.attname, n.nspname, c.relname, tn.nspname, t.relname)
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
            JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND s.seqincrement > 0 AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND {UserSchema} ORDER BY 1
            """,
            row => (Sequence: row.GetString(0), Table: row.GetString(1), Column: row.GetString(2), Ask: row.GetString(3)), ct);
        var behind = new List<string>();
        foreach (var (sequence, table, column, ask) in owned)
        {
            var answers = await session.QueryAsync(ask, row => row.IsDBNull(1) ? null : row.GetBoolean(1) ? row.GetString(0) : null, ct);
            if (answers is [{ } largest])
            {
                behind.Add($"{sequence} is behind {table}.{column}, which reaches {largest}");
            }
        }

        return behind;
    }

    async Task TryAsync(string statement, Action<PostgresFault> onFault, CancellationToken ct)
    {
        await session.ExecuteAsync("BEGIN", ct);
        try
        {
            await session.ExecuteAsync(statement, ct);
        }
        catch (PostgresFault fault)
        {
            onFault(fault);
        }

        await session.ExecuteAsync("ROLLBACK", ct);
    }
}

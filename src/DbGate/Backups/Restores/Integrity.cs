using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>A constraint that rows violate.</summary>
/// <param name="Constraint">Its name, <c>schema.table.constraint</c> or <c>schema.domain.constraint</c>, quoted.</param>
/// <param name="Message">What the rows do.</param>
/// <param name="IsValidated">False for NOT VALID and NOT ENFORCED ones, whose violations are legal.</param>
sealed record Violation(string Constraint, string Message, bool IsValidated)
{
    public bool IsForeignKey { get; init; }
}

/// <summary>What a database breaks of its own rules.</summary>
/// <param name="Violations">Constraints that its rows violate.</param>
/// <param name="InvalidIndexes">Indexes that are marked as not valid, <c>schema.index</c>, quoted.</param>
/// <param name="DamagedIndexes">Indexes whose contents are wrong, each with the server's message.</param>
/// <param name="Behind">Sequences that would return a value that is taken.</param>
/// <param name="NotChecked">What could not be checked, and why.</param>
/// <param name="ForeignKeys">How many foreign keys were checked.</param>
/// <param name="Indexes">How many indexes were checked.</param>
sealed record IntegrityReport(
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<string> InvalidIndexes,
    IReadOnlyList<string> DamagedIndexes,
    IReadOnlyList<string> Behind,
    IReadOnlyList<string> NotChecked,
    int ForeignKeys,
    int Indexes);

/// <summary>
/// Asks a database whether its rows keep their constraints. Nothing stays of what it does: its own statements are rolled back, and run
/// without the database's triggers.
/// </summary>
sealed class Integrity(Session session)
{
    const int IndexesAtOnce = 500;
    const string UserSchema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    readonly List<Violation> violations = [];
    readonly List<string> damaged = [];
    readonly List<string> notChecked = [];

    /// <summary>Asks.</summary>
    /// <param name="isRecorded">
    /// Completed when everything that a statement could alter beyond its transaction was read: sequences that event triggers advance.
    /// </param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<IntegrityReport> InspectAsync(Task isRecorded, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("SET search_path = ''", cancellationToken);
        var keys = await InspectForeignKeysAsync(cancellationToken);
        var behind = await InspectSequencesAsync(cancellationToken);
        var indexes = await ReadIndexesAsync(cancellationToken);
        await isRecorded.WaitAsync(cancellationToken);
        await InspectUnvalidatedAsync(cancellationToken);
        await InspectContentsAsync(indexes, cancellationToken);
        return new(
            violations, [.. indexes.Where(index => !index.Usable).Select(index => index.Name)], damaged, behind, notChecked, keys,
            indexes.Count);
    }

    // Every foreign key by a query of its own, no matter who loaded the rows and whether the server once checked them or not.
    async Task<int> InspectForeignKeysAsync(CancellationToken cancellationToken)
    {
        var keys = await session.QueryAsync(
            """
            SELECT format('%I.%I.%I', n.nspname, c.relname, k.conname), k.convalidated,
              format('%s%I.%I c WHERE (%s) AND NOT EXISTS (SELECT FROM %I.%I p WHERE %s)',
                CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname,
                string_agg(format('c.%I IS NOT NULL', a.attname), CASE k.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END
                  ORDER BY i.ord),
                pn.nspname, pc.relname,
                string_agg(format('p.%I OPERATOR(%I.%s) c.%I', pa.attname, opn.nspname, op.oprname, a.attname), ' AND ' ORDER BY i.ord))
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class pc ON pc.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
            CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY i (child, parent, operator, ord)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.child
            JOIN pg_catalog.pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = i.parent
            JOIN pg_catalog.pg_operator op ON op.oid = i.operator JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
            WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT coalesce((to_jsonb(k) ->> 'conperiod')::bool, false)
            GROUP BY k.oid, k.conname, k.convalidated, k.confmatchtype, n.nspname, c.relname, c.relkind, pn.nspname, pc.relname
            ORDER BY 1
            """,
            row => (Name: row.GetString(0), IsValidated: row.GetBoolean(1), Orphans: row.GetString(2)), cancellationToken);
        foreach (var (name, isValidated, orphans) in keys)
        {
            if (await session.ScalarAsync<int?>($"SELECT 1 FROM {orphans} LIMIT 1", cancellationToken) is not null)
            {
                var count = await session.ScalarAsync<long>($"SELECT count(*) FROM {orphans}", cancellationToken);
                violations.Add(
                    new(name, $"{name} has orphans ({count} {(count == 1 ? "row" : "rows")})", isValidated) { IsForeignKey = true });
            }
        }

        await ReportPeriodsAsync(cancellationToken);
        return keys.Count;
    }

    // The rows of a temporal key's parent cover a range together; no row of it matches alone.
    async Task ReportPeriodsAsync(CancellationToken cancellationToken)
    {
        var periods = await session.ScalarAsync<long>(
            "SELECT count(*) FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 AND (to_jsonb(k) ->> "
                + "'conperiod')::bool", cancellationToken);
        if (periods > 0)
        {
            notChecked.Add(
                $"{periods} temporal foreign {(periods == 1 ? "key" : "keys")} (PERIOD): only the server checked them, while loading");
        }
    }

    // The server itself decides whether a constraint holds that was not checked yet; what it then records is rolled back.
    async Task InspectUnvalidatedAsync(CancellationToken cancellationToken)
    {
        var constraints = await session.QueryAsync(
            """
            SELECT 'TABLE', format('%I.%I', n.nspname, c.relname), quote_ident(k.conname)
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n
              ON n.oid = c.relnamespace
            WHERE k.contype IN ('c', 'n') AND NOT k.convalidated AND k.conparentid = 0 AND c.relkind IN ('r', 'p')
              AND coalesce((to_jsonb(k) ->> 'conenforced')::bool, true)
            UNION ALL
            SELECT 'DOMAIN', format('%I.%I', n.nspname, t.typname), quote_ident(k.conname)
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN pg_catalog.pg_namespace n
              ON n.oid = t.typnamespace
            WHERE NOT k.convalidated AND t.typtype = 'd'
            ORDER BY 2, 3
            """,
            row => (Kind: row.GetString(0), Owner: row.GetString(1), Name: row.GetString(2)), cancellationToken);
        foreach (var (kind, owner, name) in constraints)
        {
            await TryAsync(
                $"ALTER {kind} {owner} VALIDATE CONSTRAINT {name}",
                fault =>
                    violations.Add(new($"{owner}.{name}", $"{owner}.{name}: {fault.MessageText}", IsValidated: false)), cancellationToken);
        }
    }

    Task<IReadOnlyList<(string Name, bool Usable, bool Checkable, long Oid)>> ReadIndexesAsync(CancellationToken cancellationToken) =>
        session.QueryAsync(
        $"""
        SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid AND i.indisready,
          c.relkind = 'i' AND am.amname = 'btree' AND c.relpersistence <> 't', c.oid::int8
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n
          ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_am am ON am.oid = c.relam
        WHERE {UserSchema} ORDER BY 1
        """,
        row => (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3)), cancellationToken);

    async Task InspectContentsAsync(IReadOnlyList<(string Name, bool Usable, bool Checkable, long Oid)> indexes,
        CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        try
        {
            await session.ExecuteAsync("CREATE SCHEMA dbgate_amcheck", cancellationToken);
            await session.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA dbgate_amcheck", cancellationToken);
            var schema = await session.ScalarAsync<string>(
                "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace "
                    + "WHERE e.extname = 'amcheck'", cancellationToken);

            // Caught in the server: a client takes an error of this class for the end of its connection.
            await session.ExecuteAsync(
                $"""
                CREATE FUNCTION pg_temp.dbgate_amcheck(index regclass) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN PERFORM {schema}.bt_index_check(index); RETURN NULL; EXCEPTION WHEN index_corrupted OR data_corrupted THEN RETURN SQLERRM; END $$
                """,
                cancellationToken);
            // A lock on an index and its table stays until the end of the (sub)transaction, and a server has room for so many.
            await session.ExecuteAsync("SAVEPOINT checked", cancellationToken);
            foreach (var batch in indexes.Where(index => index.Usable && index.Checkable).Chunk(IndexesAtOnce))
            {
                foreach (var index in batch)
                {
                    if (await session.ScalarAsync<string?>(
                        "SELECT pg_temp.dbgate_amcheck($1::int8::oid::regclass)", cancellationToken, index.Oid) is { } fault)
                    {
                        damaged.Add($"index {index.Name}: {fault}");
                    }
                }

                await session.ExecuteAsync("ROLLBACK TO SAVEPOINT checked", cancellationToken);
            }
        }
        catch (PostgresFault fault)
        {
            notChecked.Add($"the inside of indexes: amcheck cannot be used here ({fault.MessageText})");
        }

        await session.ExecuteAsync("ROLLBACK", cancellationToken);
    }

    async Task<IReadOnlyList<string>> InspectSequencesAsync(CancellationToken cancellationToken)
    {
        var owned = await session.QueryAsync(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', tn.nspname, t.relname), a.attname::text,
              format('SELECT max(%I)::text, (max(%I) > (SELECT last_value FROM %I.%I)) FROM %I.%I', a.attname, a.attname, n.nspname,
                c.relname, tn.nspname, t.relname)
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
            JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND s.seqincrement > 0 AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND {UserSchema} ORDER BY 1
            """,
            row =>
                (Sequence: row.GetString(0), Table: row.GetString(1), Column: row.GetString(2), Ask: row.GetString(3)), cancellationToken);
        var behind = new List<string>();
        foreach (var (sequence, table, column, ask) in owned)
        {
            var answers = await session.QueryAsync(ask, row => row.IsDBNull(1) ? null : row.GetBoolean(1) ? row.GetString(0) : null,
                cancellationToken);
            if (answers is [{ } largest])
            {
                behind.Add($"{sequence} is behind {table}.{column}, which reaches {largest}");
            }
        }

        return behind;
    }

    // Event triggers of the copy would refuse or record what is done here; commands on event triggers themselves fire none. Where the role
    // may not disable them, they run: nothing of the database is compared after this.
    async Task BeginAsync(CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("BEGIN", cancellationToken);
        await session.ExecuteAsync(
            """
            DO $$
            DECLARE one record;
            BEGIN
              FOR one IN SELECT evtname FROM pg_catalog.pg_event_trigger t JOIN pg_catalog.pg_roles r ON r.rolname = current_user
                WHERE t.evtenabled <> 'D' AND (r.rolsuper OR t.evtowner = r.oid)
              LOOP EXECUTE pg_catalog.format('ALTER EVENT TRIGGER %I DISABLE', one.evtname); END LOOP;
            END $$
            """,
            cancellationToken);
    }

    async Task TryAsync(string statement, Action<PostgresFault> onFault, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        try
        {
            await session.ExecuteAsync(statement, cancellationToken);
        }
        catch (PostgresFault fault)
        {
            onFault(fault);
        }

        await session.ExecuteAsync("ROLLBACK", cancellationToken);
    }
}

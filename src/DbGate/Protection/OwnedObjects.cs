using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>The application's schemas and what in them has an owner of its own, as the statements that would give it to another.</summary>
/// <param name="Schemas">Every schema but PostgreSQL's, DbGate's and those of extensions.</param>
/// <param name="Alterations"><c>alter … owner to</c>, without the new owner.</param>
/// <param name="HasLedger">Schemas in which Prisma's ledger is.</param>
sealed record OwnedObjects(IReadOnlyList<string> Schemas, IReadOnlyList<string> Alterations, IReadOnlyList<string> HasLedger)
{
    const string SchemaQuery =
        """
        select n.nspname::text from pg_namespace n
        where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbgate')
          and not exists (select from pg_depend d where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
        order by 1
        """;

    // What belongs to a table (its row type, its serial's sequence, its indexes) follows it; what belongs to an extension stays.
    const string ObjectQuery =
        """
        select format('alter %s %I.%I owner to', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                      when 'f' then 'foreign table' else 'table' end, n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
                          and (d.deptype = 'e' or (c.relkind = 'S' and d.deptype in ('a', 'i'))))
        union all
        select format('alter routine %s owner to', p.oid::regprocedure)
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = any ($1)
          and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
        union all
        select format('alter type %I.%I owner to', n.nspname, t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
        where n.nspname = any ($1) and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
          and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype in ('e', 'i'))
        order by 1
        """;

    public static async Task<OwnedObjects> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("select set_config('search_path', 'pg_catalog', false)", cancellationToken);
        var schemas = await session.QueryAsync(SchemaQuery, row => row.GetString(0), cancellationToken);
        return new OwnedObjects(
            schemas,
            await session.QueryAsync(ObjectQuery, row => row.GetString(0), cancellationToken, (object)schemas.ToArray()),
            await session.QueryAsync(
                "select schemaname::text from pg_tables where tablename = '_prisma_migrations' and schemaname = any ($1) order by 1",
                row => row.GetString(0),
                cancellationToken,
                (object)schemas.ToArray()));
    }
}

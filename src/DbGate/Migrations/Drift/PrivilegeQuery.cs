using DbGate.Migrations.Tools;

namespace DbGate.Migrations.Drift;

/// <summary>
/// Owners and privileges of all objects in one query, in the columns of <see cref="CatalogQuery"/>; who granted a privilege is left out.
/// <c>$1</c> is the schemas to ignore, <c>$2</c> the ledgers as schema.table.
/// </summary>
static class PrivilegeQuery
{
    /// <summary>The kind of the objects.</summary>
    public const string Kind = "privileges on";

    public const string Text = $"""
        WITH schemas AS MATERIALIZED (
          SELECT oid, nspname, nspowner, nspacl FROM pg_catalog.pg_namespace
          WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'dbgate') AND nspname <> ALL ($1::text[])
        ), members AS MATERIALIZED (
          SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
        ), relations AS MATERIALIZED (
          SELECT c.oid, c.relowner, c.relacl, CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
              WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind, c.relkind,
            pg_catalog.format('%I.%I', s.nspname, c.relname) AS identity
          FROM pg_catalog.pg_class c JOIN schemas s ON s.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relname <> '{LedgerReader.Table}'
            AND pg_catalog.format('%s.%s', s.nspname, c.relname) <> ALL ($2::text[])
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class l ON l.oid = d.refobjid
              JOIN schemas ls ON ls.oid = l.relnamespace WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND pg_catalog.format('%s.%s', ls.nspname, l.relname) = ANY ($2::text[]))
            AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
        ), objects AS (
          SELECT 'schema' AS kind, pg_catalog.quote_ident(nspname) AS identity, nspowner AS owner,
            coalesce(nspacl, pg_catalog.acldefault('n', nspowner)) AS acl FROM schemas
            WHERE oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
          UNION ALL
          SELECT kind, identity, relowner,
            coalesce(relacl, pg_catalog.acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)) FROM relations
          UNION ALL
          SELECT 'column', pg_catalog.format('%s.%I', r.identity, a.attname), NULL, a.attacl
            FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
          UNION ALL
          SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
            pg_catalog.format('%I.%I(%s)', s.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)), p.proowner,
            coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
            FROM pg_catalog.pg_proc p JOIN schemas s ON s.oid = p.pronamespace
            WHERE p.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
          UNION ALL
          SELECT 'type', pg_catalog.format('%I.%I', s.nspname, t.typname), t.typowner,
            coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))
            FROM pg_catalog.pg_type t JOIN schemas s ON s.oid = t.typnamespace
            WHERE t.typtype IN ('e', 'd', 'r') AND t.oid NOT IN (SELECT objid FROM members
              WHERE classid = 'pg_catalog.pg_type'::pg_catalog.regclass)
          UNION ALL
          SELECT 'new objects', pg_catalog.format('%I of kind %s in schema %s', pg_catalog.pg_get_userbyid(d.defaclrole), d.defaclobjtype,
              coalesce(pg_catalog.quote_ident(s.nspname), '(any)')), NULL, d.defaclacl
            FROM pg_catalog.pg_default_acl d LEFT JOIN schemas s ON s.oid = d.defaclnamespace
            WHERE d.defaclnamespace = 0 OR s.oid IS NOT NULL
        )
        SELECT '{Kind}', o.kind || ' ' || o.identity, o.identity,
          pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(o.owner)) || coalesce(
            (SELECT pg_catalog.jsonb_object_agg(g.role, g.privileges) FROM (
              SELECT CASE a.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS role,
                pg_catalog.string_agg(DISTINCT a.privilege_type || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END, ', ')
                  AS privileges
              FROM pg_catalog.aclexplode(o.acl) a GROUP BY a.grantee) g), '{EmptyObject}'::pg_catalog.jsonb),
          ''
        FROM objects o
        """;

    const string EmptyObject = "{}";
}

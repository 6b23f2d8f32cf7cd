using DbGate.Migrations.Tools;

namespace DbGate.Migrations.Drift;

/// <summary>
/// One query for a whole catalog: kind, identity, parent, properties as a JSON object, key. It empties the search path before it reads the
/// first row, so that PostgreSQL qualifies every name; outside of a transaction block that ends with the query. <c>$1</c> is the
/// schemas to ignore, <c>$2</c> the ledgers as schema.table.
/// </summary>
static class CatalogQuery
{
    public const string Text = $$"""
        WITH path AS MATERIALIZED (
          SELECT set_config('search_path', '', true)
        ), schemas AS MATERIALIZED (
          SELECT oid, nspname FROM path CROSS JOIN pg_namespace
          WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'dbgate') AND nspname <> ALL ($1::text[])
        ), members AS MATERIALIZED (
          SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
        ), ledgers AS MATERIALIZED (
          SELECT c.oid FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
            WHERE format('%s.%s', s.nspname, c.relname) = ANY ($2::text[])
        ), relations AS MATERIALIZED (
          SELECT c.*, format('%I.%I', s.nspname, c.relname) AS identity FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
          WHERE c.relname <> '{{LedgerReader.Table}}' AND c.oid NOT IN (SELECT oid FROM ledgers)
            AND NOT EXISTS (SELECT FROM pg_depend d JOIN ledgers l ON l.oid = d.refobjid WHERE d.classid = 'pg_class'::regclass
              AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
            AND (c.oid) NOT IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
        ), tables AS MATERIALIZED (
          SELECT * FROM relations WHERE relkind IN ('r', 'p', 'f')
        ), types AS MATERIALIZED (
          SELECT t.*, format('%I.%I', s.nspname, t.typname) AS identity FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
          WHERE t.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_type'::regclass)
        ), functions AS MATERIALIZED (
          SELECT p.*, format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS identity
          FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
          WHERE p.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_proc'::regclass)
        )
        SELECT 'schema', quote_ident(nspname), NULL::text, jsonb_build_object('comment', obj_description(oid, 'pg_namespace')), oid::text
          FROM schemas WHERE nspname <> 'public' AND oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_namespace'::regclass)
        UNION ALL
        SELECT 'extension', quote_ident(extname), NULL, jsonb_build_object('schema', n.nspname), e.oid::text
          FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql'
        UNION ALL
        SELECT CASE relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END, identity, NULL, jsonb_build_object(
            'persistence', CASE relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
            'partition key', CASE relkind WHEN 'p' THEN pg_get_partkeydef(oid) END,
            'partition of', (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = t.oid),
            'partition bound', pg_get_expr(relpartbound, oid),
            'row security', CASE WHEN relforcerowsecurity THEN 'forced' WHEN relrowsecurity THEN 'enabled' END,
            'options', array_to_string(reloptions, ', '),
            'replica identity', CASE relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END,
            'access method', (SELECT amname FROM pg_am a WHERE a.oid = t.relam AND a.amname <> 'heap'),
            'comment', obj_description(oid, 'pg_class')), oid::text
          FROM tables t
        UNION ALL
        SELECT 'column', format('%s.%I', r.identity, a.attname), r.identity, jsonb_build_object(
            'type', format_type(a.atttypid, a.atttypmod),
            'not null', CASE WHEN a.attnotnull AND r.relkind <> 'v' THEN CASE WHEN u.conrelid IS NULL THEN 'yes' ELSE 'not valid' END END,
            'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
            'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) || CASE a.attgenerated
              WHEN 'v' THEN ' VIRTUAL' ELSE '' END END,
            'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
            'collation', CASE WHEN a.attcollation <> ty.typcollation THEN a.attcollation::regcollation::text END,
            'comment', col_description(r.oid, a.attnum)), format('%s.%s', r.oid, a.attnum)
          FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type ty ON ty.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
          LEFT JOIN (SELECT conrelid, conkey[1] AS attnum FROM pg_constraint WHERE contype = 'n' AND NOT convalidated) u
            ON u.conrelid = r.oid AND u.attnum = a.attnum
          WHERE r.relkind IN ('r', 'p', 'f', 'c')
        UNION ALL
        SELECT CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique constraint'
          WHEN 'x' THEN 'exclusion constraint' ELSE 'check' END,
            format('%s.%I', t.identity, c.conname), t.identity, jsonb_build_object('definition', pg_get_constraintdef(c.oid)), c.oid::text
          FROM pg_constraint c JOIN tables t ON t.oid = c.conrelid WHERE c.contype IN ('p', 'f', 'u', 'x', 'c') AND c.conparentid = 0
        UNION ALL
        SELECT 'index', format('%s.%I', t.identity, i.relname), t.identity, jsonb_build_object(
            'definition', pg_get_indexdef(x.indexrelid), 'state', CASE WHEN NOT x.indisvalid THEN 'invalid' END), i.oid::text
          FROM pg_index x JOIN relations t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
          WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
            AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = x.indexrelid)
        UNION ALL
        SELECT 'sequence', s.identity, (SELECT t.identity FROM pg_depend d JOIN tables t ON t.oid = d.refobjid
              WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i') LIMIT 1), jsonb_build_object(
            'type', format_type(q.seqtypid, NULL),
            'range', format('%s to %s by %s from %s%s', q.seqmin, q.seqmax, q.seqincrement, q.seqstart, CASE
              WHEN q.seqcycle THEN ' cycling' END)), s.oid::text
          FROM relations s JOIN pg_sequence q ON q.seqrelid = s.oid
        UNION ALL
        SELECT CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, identity, NULL, jsonb_build_object(
            'definition', pg_get_viewdef(oid), 'options', array_to_string(reloptions, ', '), 'comment', obj_description(oid, 'pg_class')),
              oid::text
          FROM relations WHERE relkind IN ('v', 'm')
        UNION ALL
        SELECT 'trigger', format('%s.%I', r.identity, g.tgname), r.identity, jsonb_build_object(
            'definition', pg_get_triggerdef(g.oid), 'state', CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'A' THEN 'always'
              WHEN 'R' THEN 'replica' END), g.oid::text
          FROM pg_trigger g JOIN relations r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal AND g.tgparentid = 0
            AND g.tgfoid NOT IN (SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'dbgate')
        UNION ALL
        SELECT 'rule', format('%s.%I', r.identity, w.rulename), r.identity, jsonb_build_object('definition', pg_get_ruledef(w.oid)),
          w.oid::text
          FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
        UNION ALL
        SELECT 'policy', format('%s.%I', t.identity, p.polname), t.identity, jsonb_build_object(
            'command', p.polcmd, 'permissive', p.polpermissive,
            'roles', (SELECT string_agg(coalesce(rolname, 'public'), ', ' ORDER BY rolname) FROM unnest(p.polroles) AS role LEFT
              JOIN pg_roles ON oid = role),
            'using', pg_get_expr(p.polqual, p.polrelid), 'with check', pg_get_expr(p.polwithcheck, p.polrelid)), p.oid::text
          FROM pg_policy p JOIN tables t ON t.oid = p.polrelid
        UNION ALL
        SELECT 'statistics', format('%I.%I', s.nspname, e.stxname), t.identity, jsonb_build_object('definition',
          pg_get_statisticsobjdef(e.oid)), e.oid::text
          FROM pg_statistic_ext e JOIN schemas s ON s.oid = e.stxnamespace JOIN tables t ON t.oid = e.stxrelid
        UNION ALL
        SELECT 'enum', identity, NULL, jsonb_build_object(
            'values', (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
            'comment', obj_description(oid, 'pg_type')), oid::text
          FROM types t WHERE typtype = 'e'
        UNION ALL
        SELECT 'domain', identity, NULL, jsonb_build_object(
            'type', format_type(typbasetype, typtypmod), 'default', typdefault, 'not null', CASE WHEN typnotnull THEN 'yes' END,
            'checks', (SELECT string_agg(pg_get_constraintdef(oid), '; ' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid
              AND contype = 'c')), oid::text
          FROM types t WHERE typtype = 'd'
        UNION ALL
        SELECT CASE t.typtype WHEN 'r' THEN 'range type' ELSE 'composite type' END, t.identity, NULL, jsonb_build_object(
            'subtype', (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid)), t.oid::text
          FROM types t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typtype = 'r' OR (t.typtype = 'c' AND c.relkind = 'c')
        UNION ALL
        SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, identity, NULL, jsonb_build_object(
            'definition', CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) ELSE (
              SELECT format('%s, %s, %s', aggtransfn, format_type(aggtranstype, NULL), agginitval) FROM pg_aggregate
                WHERE aggfnoid = f.oid) END,
            'comment', obj_description(oid, 'pg_proc')), oid::text
          FROM functions f
        UNION ALL
        SELECT 'event trigger', quote_ident(evtname), NULL, jsonb_build_object(
            'event', evtevent, 'tags', array_to_string(evttags, ', '), 'function', evtfoid::regproc::text,
            'state', CASE evtenabled WHEN 'D' THEN 'disabled' END), e.oid::text
          FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
          WHERE p.pronamespace IN (SELECT oid FROM schemas) AND e.oid NOT IN (SELECT objid FROM members
            WHERE classid = 'pg_event_trigger'::regclass)
        """;
}

using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>
/// Everything in a database that an installation does not contain: objects, grants, triggers, rules and policies of schema <c>dbgate</c>,
/// altered tripwires, and objects of other owners in <c>pg_catalog</c>, which every function of the protection looks into first. An
/// inventory finds what a list of known attacks does not name. Any role may read the catalog; only the owner reads <c>dbgate.release</c>.
/// </summary>
/// <param name="Surplus">What is there and was not installed, in words.</param>
/// <param name="NotChecked">What this role may not read.</param>
sealed record ProtectionInventory(IReadOnlyList<string> Surplus, IReadOnlyList<string> NotChecked)
{
    /// <summary>The longest time for which an open release is valid, in seconds; see open_release.</summary>
    const int LongestRelease = 600;

    // A grant of the installation is (object, privilege, grantee); $1 is the deploy role or null. Column privileges are never granted.
    const string GrantQuery =
        """
        with granted as (
            select c.relname::text as object, a.grantee, a.privilege_type, c.relkind
            from pg_class c, aclexplode(c.relacl) a
            where c.relnamespace = to_regnamespace('dbgate') and a.grantee <> c.relowner
            union all
            select c.relname || '.' || t.attname, a.grantee, a.privilege_type, 'c'
            from pg_attribute t join pg_class c on c.oid = t.attrelid, aclexplode(t.attacl) a
            where c.relnamespace = to_regnamespace('dbgate') and a.grantee <> c.relowner
            union all
            select 'schema', a.grantee, a.privilege_type, 'n'
            from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'dbgate' and a.grantee <> n.nspowner
            union all
            select p.proname::text, a.grantee, a.privilege_type, 'f'
            from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            where p.pronamespace = to_regnamespace('dbgate') and a.grantee <> p.proowner
        ), named as (
            select g.object, case g.grantee when 0 then 'PUBLIC' else pg_get_userbyid(g.grantee)::text end as grantee, g.privilege_type, g.relkind from granted g
        )
        select format(case n.privilege_type when 'EXECUTE' then '%1$s may call dbgate.%3$s' else '%1$s has %2$s on dbgate.%3$s' end,
                      case n.grantee when 'PUBLIC' then 'everyone' else n.grantee end, n.privilege_type, n.object)
        from named n
        where not (n.object = 'schema' and n.privilege_type = 'USAGE' and n.grantee = 'PUBLIC')
          and not (n.object = 'installation' and n.relkind = 'r' and n.privilege_type = 'SELECT' and n.grantee = 'PUBLIC')
          and not (n.object = 'rules' and n.relkind = 'r' and (n.privilege_type = 'SELECT' and n.grantee = 'PUBLIC' or n.privilege_type in ('INSERT', 'UPDATE') and n.grantee = $1))
          and not (n.object = 'refusals' and n.relkind = 'r' and n.privilege_type = 'SELECT' and n.grantee in ('pg_monitor', $1))
          and not (n.object = 'collect_refusals' and n.relkind = 'f' and n.grantee in ('pg_monitor', $1))
          and not (n.object in ('allows', 'open_release', 'renew_release', 'close_release') and n.relkind = 'f' and n.grantee = $1)
        order by 1
        """;

    // Objects by kind. Sequences and tables are named one by one; an index belongs to a table of the installation.
    const string ObjectQuery =
        """
        select 'table dbgate.rules is missing' from only dbgate.installation i where i.version >= 2 and to_regclass('dbgate.rules') is null
        union all
        select format('%s dbgate.%s was added', case c.relkind when 'v' then 'view' when 'S' then 'sequence' when 'r' then 'table' else 'relation' end, c.relname)
        from pg_class c
        where c.relnamespace = to_regnamespace('dbgate') and c.relkind not in ('i', 't', 'c')
          and c.relname not in ('installation', 'rules', 'release', 'refusals', 'refusal') and c.relname !~ '^slot_([0-9]|1[0-5])_([0-9]|1[01])$'
        union all
        select format('dbgate.%s belongs to %s', c.relname, pg_get_userbyid(c.relowner))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'dbgate' and c.relowner <> n.nspowner
        union all
        select format('trigger %s on dbgate.%s was added', t.tgname, c.relname)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = to_regnamespace('dbgate') and not t.tgisinternal
        union all
        select format('rule %s on dbgate.%s was added', r.rulename, c.relname)
        from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = to_regnamespace('dbgate') and c.relkind <> 'v'
        union all
        select format('row security is on for dbgate.%s', c.relname)
        from pg_class c where c.relnamespace = to_regnamespace('dbgate') and (c.relrowsecurity or c.relforcerowsecurity)
        union all
        select format('policy %s on dbgate.%s was added', p.polname, c.relname)
        from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = to_regnamespace('dbgate')
        union all
        select format('%s inherits from dbgate.%s', i.inhrelid::regclass, c.relname)
        from pg_inherits i join pg_class c on c.oid = i.inhparent where c.relnamespace = to_regnamespace('dbgate')
        union all
        select format('dbgate.%s is unlogged: a crash empties it', c.relname)
        from pg_class c where c.relnamespace = to_regnamespace('dbgate') and c.relpersistence <> 'p'
        union all
        select format('column %s of dbgate.%s has another default or is generated', a.attname, c.relname)
        from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum join pg_class c on c.oid = d.adrelid
        where c.relnamespace = to_regnamespace('dbgate') and not (c.relname = 'installation' and a.attname in ('exempt_roles', 'tripwire_tables', 'installed_by', 'installed_at'))
        union all
        select format('default privileges grant on new objects of schema dbgate')
        from pg_default_acl d where d.defaclnamespace = to_regnamespace('dbgate')
        order by 1
        """;

    // $1: the names that the installation contains.
    const string FunctionQuery =
        """
        select format('function dbgate.%s(%s) was added', p.proname, pg_get_function_identity_arguments(p.oid))
        from pg_proc p
        where p.pronamespace = to_regnamespace('dbgate')
          and (p.proname <> all ($1) or 1 < (select count(*) from pg_proc o where o.pronamespace = p.pronamespace and o.proname = p.proname))
        union all
        select format('function dbgate.%s has another language or other properties', p.proname)
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = to_regnamespace('dbgate') and p.proname = any ($1)
          and (l.lanname <> 'plpgsql' or p.provolatile <> 'v' or p.proisstrict or p.proleakproof or p.proconfig <> array['search_path=pg_catalog, pg_temp'])
        order by 1
        """;

    // Objects above 16383 were made after initdb. Those of extensions are named by their extension and are listed as a fact elsewhere.
    const string CatalogQuery =
        """
        select format('function %s was added to pg_catalog, where every function of the protection looks first', p.oid::regprocedure::text)
        from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        union all
        select format('function %s of pg_catalog was replaced', p.oid::regprocedure::text)
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = 'pg_catalog'::regnamespace and p.oid < 16384 and l.lanname <> 'internal'
          and p.proname in ('sha256', 'convert_to', 'convert_from', 'clock_timestamp', 'now', 'current_setting', 'current_database', 'array_eq', 'texteq', 'byteaeq',
                            'pg_try_advisory_lock', 'pg_advisory_unlock', 'pg_backend_pid', 'pg_lock_status', 'set_config', 'make_interval', 'session_user', 'current_query',
                            'pg_event_trigger_ddl_commands', 'pg_event_trigger_dropped_objects', 'pg_event_trigger_table_rewrite_oid', 'nextval', 'setval')
        union all
        select format('operator %s was added to pg_catalog', o.oid::regoperator::text)
        from pg_operator o
        where o.oprnamespace = 'pg_catalog'::regnamespace and o.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
        union all
        select format('relation %s was added to pg_catalog', c.relname)
        from pg_class c
        where c.relnamespace = 'pg_catalog'::regnamespace and c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by 1
        """;

    // Three enabled triggers for each table that dbgate.installation lists.
    const string TripwireQuery =
        """
        with installed as (
            select t.line, to_regclass(t.line) as relation, w.name, w.type
            from only dbgate.installation i cross join unnest(i.tripwire_tables) t(line)
            cross join (values ('dbgate_truncate', 34::int2), ('dbgate_delete', 8::int2), ('dbgate_update', 16::int2)) w(name, type)
        )
        select format('the tripwire %s of %s is %s', i.name, replace(i.line, '"', ''), case when g.oid is null then 'missing' when g.tgenabled <> 'A' then 'disabled' else 'another one' end)
        from installed i left join pg_trigger g on g.tgrelid = i.relation and g.tgname = i.name
        where i.relation is not null
          and (g.oid is null or g.tgenabled <> 'A' or g.tgfoid is distinct from to_regprocedure('dbgate.tripwire()')
               or g.tgtype <> i.type or g.tgqual is not null or cardinality(g.tgattr::int2[]) > 0)
        union all
        select format('the table %s of a tripwire is gone', replace(t.line, '"', ''))
        from only dbgate.installation i cross join unnest(i.tripwire_tables) t(line) where to_regclass(t.line) is null
        order by 1
        """;

    const string ReleaseQuery =
        """
        select format('dbgate.release holds a release of %s that is valid until %s', r.login, to_char(r.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
        from only dbgate.release r where r.until > clock_timestamp() + make_interval(secs => $1)
        union all
        select format('dbgate.release holds %s rows', count(*)) from only dbgate.release having count(*) > 1
        """;

    /// <summary>Reads it.</summary>
    public static async Task<ProtectionInventory> ReadAsync(Session session, Installation installation, CancellationToken cancellationToken)
    {
        if (installation.Mode == ProtectionMode.Roles)
        {
            return new ProtectionInventory([], []);
        }

        var surplus = new List<string>();
        await AddAsync(GrantQuery, installation.DeployRole ?? "");
        await AddAsync(ObjectQuery);
        await AddAsync(FunctionQuery, ProtectionSources.Bodies.Keys.ToArray());
        await AddAsync(CatalogQuery);
        await AddAsync(TripwireQuery);
        var mayRead =
            await session.ScalarAsync<bool>(
                "select coalesce(has_table_privilege(to_regclass('dbgate.release'), 'SELECT'), false)", cancellationToken);
        if (mayRead)
        {
            await AddAsync(ReleaseQuery, LongestRelease);
        }

        return new ProtectionInventory(surplus, mayRead ? [] : ["the rows of dbgate.release: this role may not read them"]);

        async Task AddAsync(string query, params object?[] args) =>
            surplus.AddRange(await session.QueryAsync(query, row => row.GetString(0), cancellationToken, args));
    }
}

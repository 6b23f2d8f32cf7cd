using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>What the server's catalog states about the protection, next to <see cref="Installation"/>. Any role may read it.</summary>
/// <param name="Owner">Of the schema <c>dbgate</c>.</param>
/// <param name="EventTriggers">Those of DbGate.</param>
/// <param name="Functions">Those of the schema <c>dbgate</c>.</param>
/// <param name="SwitchedOff">Where a setting switches event triggers off (PostgreSQL 17 and newer).</param>
/// <param name="Bypasses">Who can go round it, and how.</param>
sealed record ProtectionState(
    string? Owner,
    IReadOnlyList<EventTriggerState> EventTriggers,
    IReadOnlyList<FunctionState> Functions,
    IReadOnlyList<SwitchedOffSetting> SwitchedOff,
    IReadOnlyList<Bypass> Bypasses)
{
    const string EventTriggerQuery =
        """
        select t.evtname::text, t.evtevent::text, t.evtenabled::text, coalesce(t.evtfoid = to_regprocedure('dbgate.guard()'), false),
               pg_get_userbyid(t.evtowner)::text, t.evttags is not null
        from pg_event_trigger t where t.evtname like 'dbgate\_%' order by 1
        """;

    const string FunctionQuery =
        """
        select p.proname::text, p.prosrc, p.prosecdef and p.proconfig @> array['search_path=pg_catalog, pg_temp'], pg_get_userbyid(p.proowner)::text,
               array(select case a.grantee when 0 then 'PUBLIC' else pg_get_userbyid(a.grantee)::text end
                     from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner order by 1)
        from pg_proc p where p.pronamespace = to_regnamespace('dbgate') order by 1
        """;

    const string SwitchedOffQuery =
        """
        select coalesce('role ' || r.rolname, 'database ' || d.datname, 'all') || ': ' || c,
               case when r.rolname is null then format('alter database %I reset event_triggers', coalesce(d.datname, current_database()))
                    when d.datname is null then format('alter role %I reset event_triggers', r.rolname)
                    else format('alter role %I in database %I reset event_triggers', r.rolname, d.datname) end
        from pg_db_role_setting s cross join unnest(s.setconfig) c
        left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
        where c ~ '^event_triggers=(off|false|no|0|f|n|of|fals|fal|fa)$' and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
        union all
        select format('%s: event_triggers=off', case s.source when 'configuration file' then coalesce(s.sourcefile || ':' || s.sourceline, 'the configuration of the server')
                                                             when 'command line' then 'the command line of the server' else 'this session (' || s.source || ')' end),
               case s.source when 'configuration file' then 'alter system reset event_triggers' end
        from pg_settings s where s.name = 'event_triggers' and s.setting = 'off' and s.source not in ('database', 'user', 'database user')
        """;

    const string BypassQuery =
        """
        with installer as (select nspowner as oid from pg_namespace where nspname = 'dbgate')
        select r.rolname::text, 'superuser: may disable the event triggers' from pg_roles r where r.rolsuper
        union all
        select r.rolname::text, 'is or may become ' || pg_get_userbyid(i.oid) || ', who owns the protection'
        from pg_roles r, installer i where not r.rolsuper and pg_has_role(r.oid, i.oid, 'MEMBER')
        union all
        select r.rolname::text, 'may drop the whole database, which no event trigger sees'
        from pg_roles r, pg_database d
        where d.datname = current_database() and not r.rolsuper and pg_has_role(r.oid, d.datdba, 'MEMBER')
        union all
        select r.rolname::text, 'may open the gate (dbgate.open_release)'
        from pg_roles r, pg_proc p
        where p.oid = to_regprocedure('dbgate.open_release(bytea, integer)') and not r.rolsuper
          and has_function_privilege(r.oid, p.oid, 'EXECUTE') and not pg_has_role(r.oid, p.proowner, 'MEMBER')
        order by 2, 1
        """;

    // PostgreSQL 17 and newer.
    const string ParameterQuery =
        """
        select r.rolname::text, 'may switch event_triggers off (' || p.privilege || ' on the parameter)'
        from pg_roles r cross join (values ('SET'), ('ALTER SYSTEM')) p(privilege)
        where not r.rolsuper and has_parameter_privilege(r.oid, 'event_triggers', p.privilege)
        order by 2, 1
        """;

    /// <summary>Reads all of it.</summary>
    public static async Task<ProtectionState> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        var owner = await session.ScalarAsync<string>(
            "select pg_get_userbyid(nspowner)::text from pg_namespace where nspname = 'dbgate'", cancellationToken);
        var triggers = await session.QueryAsync(
            EventTriggerQuery,
            row =>
                new EventTriggerState(
                    row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetString(4), row.GetBoolean(5)),
            cancellationToken);
        var functions = await session.QueryAsync(
            FunctionQuery,
            row =>
                new FunctionState(
                    row.GetString(0), row.GetString(1), row.Optional<object>(2) is true, row.GetString(3), row.GetFieldValue<string[]>(4)),
            cancellationToken);
        return new ProtectionState(
            owner,
            triggers,
            functions,
            await session.QueryAsync(
                SwitchedOffQuery, row => new SwitchedOffSetting(row.GetString(0), row.Optional<string>(1)), cancellationToken),
            [
                .. await session.QueryAsync(BypassQuery, row => new Bypass(row.GetString(0), row.GetString(1)), cancellationToken),
                .. session.ServerMajor < 17
                    ? []
                    : await session.QueryAsync(ParameterQuery, row => new Bypass(row.GetString(0), row.GetString(1)), cancellationToken),
            ]);
    }
}

/// <summary>An event trigger.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Event">What it fires on.</param>
/// <param name="Enabled">A always, O not for replication, R only for replication, D never.</param>
/// <param name="CallsGuard">It calls <c>dbgate.guard()</c>.</param>
/// <param name="Owner">Who may change it.</param>
/// <param name="IsFiltered">It fires for some commands only.</param>
sealed record EventTriggerState(string Name, string Event, string Enabled, bool CallsGuard, string Owner, bool IsFiltered);

/// <summary>A function of the schema <c>dbgate</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">Its source.</param>
/// <param name="IsPinned">It runs as its owner, with a fixed search path.</param>
/// <param name="Owner">Who may replace it.</param>
/// <param name="Callers">Roles next to the owner that may call it.</param>
sealed record FunctionState(string Name, string Body, bool IsPinned, string Owner, IReadOnlyList<string> Callers);

/// <summary>A setting that switches event triggers off.</summary>
/// <param name="Where">The place and the setting.</param>
/// <param name="Reset">The statement that takes it back; null where the place is outside of the database.</param>
sealed record SwitchedOffSetting(string Where, string? Reset);

/// <summary>A person who can go round the protection on purpose.</summary>
/// <param name="Role">Who.</param>
/// <param name="How">By what.</param>
sealed record Bypass(string Role, string How);

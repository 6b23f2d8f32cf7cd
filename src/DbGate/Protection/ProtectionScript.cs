using System.Text;
using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>
/// The scripts of the mode <see cref="ProtectionMode.Triggers"/>. Each is one transaction, and the same whenever it runs again.
/// </summary>
static class ProtectionScript
{
    const string Begin =
        """
        begin;
        set local lock_timeout = '10s';
        set local client_min_messages = warning;

        """;

    /// <summary>Installs, or replaces an older installation; what was recorded of refusals stays.</summary>
    /// <param name="options">What the settings state.</param>
    /// <param name="tables">The tripwires' tables, as the server names them.</param>
    /// <param name="earlier">What is there now; null when nothing does.</param>
    public static string Install(ProtectionOptions options, IReadOnlyList<TableName> tables, Installation? earlier)
    {
        var script = new StringBuilder(Begin);
        if (earlier is { Mode: ProtectionMode.Triggers })
        {
            script.Append("-- What stands there is replaced in the same transaction; no moment is left open.\n");
            DropEventTriggers(script);
            script.Append(
                """
                create temporary table dbgate_refusals (
                    serial bigint, at timestamptz, login text, pid integer, address text, application text, command text, statement text) on commit drop;
                do $dbgate$
                begin
                    perform dbgate.collect_refusals();
                    insert into dbgate_refusals select serial, at, login, pid, address, application, command, statement from dbgate.refusals;
                exception when others then
                    raise warning 'DbGate: what was refused before could not be kept: %', sqlerrm;
                end
                $dbgate$;

                """);
            script.Append(
                """
                create temporary table dbgate_rules (
                    environment text, record bigint, digest text, rules text, system_identifier text, database_oid oid, login text, at timestamptz) on commit drop;
                do $dbgate$
                begin
                    if to_regclass('dbgate.rules') is not null then
                        insert into dbgate_rules select environment, record, digest, rules, system_identifier, database_oid, login, at from only dbgate.rules;
                    end if;
                exception when others then
                    raise warning 'DbGate: the rules of the last release could not be kept: %', sqlerrm;
                end
                $dbgate$;

                """);
            DropRest(script, earlier);
        }

        script.Append(ProtectionSources.Installation)
            .Append('\n')
            .Append(ProtectionSources.Rules)
            .Append('\n')
            .Append(ProtectionSources.Triggers)
            .Append('\n');
        script.Append(
            $"""
            insert into dbgate.installation (version, mode, deploy_role, exempt_roles, tripwire_tables)
            values ({ProtectionSources.Version}, 'triggers', {Literal(options.DeployRole)}, {Literals(options.ExemptRoles)}, {Literals(tables.Select(table => table.ToString()))});

            """);
        if (earlier is { Mode: ProtectionMode.Triggers })
        {
            script.Append(
                """
                insert into dbgate.refusals (serial, at, login, pid, address, application, command, statement)
                select serial, at, login, pid, address, application, command, statement from dbgate_refusals;
                select setval('dbgate.refusal', greatest(1, (select max(serial) from dbgate.refusals)), exists (select from dbgate.refusals));
                insert into dbgate.rules (environment, record, digest, rules, system_identifier, database_oid, login, at)
                select environment, record, digest, rules, system_identifier, database_oid, login, at from dbgate_rules;

                """);
        }

        if (options.DeployRole is { } role)
        {
            var grantee = Sql.Identifier(role);
            script.Append(
                $"""
                grant execute on function dbgate.allows(), dbgate.open_release(bytea, integer), dbgate.renew_release(integer),
                    dbgate.close_release(), dbgate.collect_refusals() to {grantee};
                grant select on dbgate.refusals to {grantee};
                grant insert, update on dbgate.rules to {grantee};

                """);
        }

        foreach (var table in tables)
        {
            script.Append(
                $"""
                create trigger dbgate_truncate before truncate on {table} for each statement execute function dbgate.tripwire();
                create trigger dbgate_delete after delete on {table} referencing old table as touched for each statement execute function dbgate.tripwire();
                create trigger dbgate_update after update on {table} referencing old table as touched for each statement execute function dbgate.tripwire();
                alter table {table} enable always trigger dbgate_truncate;
                alter table {table} enable always trigger dbgate_delete;
                alter table {table} enable always trigger dbgate_update;

                """);
        }

        return script.Append('\n').Append(ProtectionSources.Switch).Append("commit;\n").ToString();
    }

    /// <summary>Takes everything away.</summary>
    public static string Uninstall(Installation installation)
    {
        var script = new StringBuilder(Begin);
        DropEventTriggers(script);
        DropRest(script, installation);
        return script.Append("commit;\n").ToString();
    }

    static void DropEventTriggers(StringBuilder script)
    {
        foreach (var name in ProtectionSources.EventTriggers.Keys.Order(StringComparer.Ordinal))
        {
            script.Append($"drop event trigger if exists {name};\n");
        }
    }

    static void DropRest(StringBuilder script, Installation installation)
    {
        foreach (var (table, trigger) in installation.Tripwires)
        {
            script.Append($"drop trigger {Sql.Identifier(trigger)} on {table};\n");
        }

        script.Append("drop schema dbgate cascade;\n\n");
    }

    static string Literal(string? text) => text is null ? "null" : Sql.Literal(text);

    static string Literals(IEnumerable<string> texts) => $"array[{string.Join(", ", texts.Select(Sql.Literal))}]::text[]";
}

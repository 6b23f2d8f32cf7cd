using System.Text;
using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>
/// The scripts of the mode <see cref="ProtectionMode.Roles"/>: an owner that cannot log in owns the application's schemas, the
/// application's login may only read and write rows, and the deploy login changes the schema only after it has taken the owner's role.
/// </summary>
static class RolesScript
{
    /// <summary>Installs; running it again converges.</summary>
    /// <param name="roles">The three roles.</param>
    /// <param name="objects">What is to change hands.</param>
    /// <param name="server">The installing role, the database and the major version of the server.</param>
    /// <param name="isInstalled">The schema <c>dbgate</c> is there already.</param>
    public static string Install(
        ProtectionRoles roles, OwnedObjects objects, (string Role, string Database, int Major) server, bool isInstalled)
    {
        var (owner, runtime, deploy) = (Sql.Identifier(roles.Owner), Sql.Identifier(roles.Runtime), Sql.Identifier(roles.Deploy));
        var script = new StringBuilder(
            $"""
            begin;
            set local lock_timeout = '10s';
            set local client_min_messages = warning;

            -- The owner cannot log in.
            do $dbgate$
            begin
                if not exists (select from pg_catalog.pg_roles where rolname = {Sql.Literal(roles.Owner)}) then
                    create role {owner} nologin;
                end if;
            end
            $dbgate$;
            {(server.Major >= 16 ? $"grant {owner} to {Sql.Identifier(server.Role)};" : $"grant {owner} to current_user;")}

            -- A release takes the owner's role to change anything. Its own login only reads: a backup and the ledger of a first migration need that.
            {(server.Major >= 16 ? $"grant {owner} to {deploy} with inherit false, set true;" : $"grant {owner} to {deploy};\nalter role {deploy} noinherit;")}
            grant create on database {Sql.Identifier(server.Database)} to {owner};
            alter default privileges for role {owner} grant usage on schemas to {deploy};
            alter default privileges for role {owner} grant select on tables to {deploy};
            alter default privileges for role {owner} grant select on sequences to {deploy};


            """);
        foreach (var schema in objects.Schemas.Select(Sql.Identifier))
        {
            script.Append(
                $"""
                alter schema {schema} owner to {owner};
                revoke create on schema {schema} from public, {runtime};
                grant usage on schema {schema} to {runtime}, {deploy};
                grant select on all tables in schema {schema} to {deploy};
                grant select on all sequences in schema {schema} to {deploy};

                """);
        }

        foreach (var alteration in objects.Alterations)
        {
            script.Append($"{alteration} {owner};\n");
        }

        script.Append("\n-- The application reads and writes rows, in the tables of today and of tomorrow.\n");
        foreach (var schema in objects.Schemas.Select(Sql.Identifier))
        {
            script.Append(
                $"""
                grant select, insert, update, delete on all tables in schema {schema} to {runtime};
                grant usage, select on all sequences in schema {schema} to {runtime};
                alter default privileges for role {owner} in schema {schema} grant select, insert, update, delete on tables to {runtime};
                alter default privileges for role {owner} in schema {schema} grant usage, select on sequences to {runtime};

                """);
        }

        foreach (var schema in objects.HasLedger)
        {
            script.Append($"revoke insert, update, delete on {Sql.Identifier(schema, "_prisma_migrations")} from {runtime};\n");
        }

        script.Append('\n').Append(isInstalled ? "delete from dbgate.installation;\n" : ProtectionSources.Installation);
        script.Append(ProtectionSources.Rules);
        script.Append(
            $"""
            grant insert, update on dbgate.rules to {deploy};
            insert into dbgate.installation (version, mode, deploy_role, owner_role, runtime_role)
            values ({ProtectionSources.Version}, 'roles', {Sql.Literal(roles.Deploy)}, {Sql.Literal(roles.Owner)}, {Sql.Literal(roles.Runtime)});
            commit;

            """);
        return script.ToString();
    }

    /// <summary>Gives everything back to the role that runs it. The roles stay.</summary>
    public static string Uninstall(Installation installation) =>
        $"""
        begin;
        set local lock_timeout = '10s';
        reassign owned by {Sql.Identifier(installation.OwnerRole!)} to current_user;
        drop owned by {Sql.Identifier(installation.OwnerRole!)};
        drop schema dbgate cascade;
        commit;

        """;
}

/// <summary>The roles of the mode <see cref="ProtectionMode.Roles"/>.</summary>
/// <param name="Owner">Owns, and cannot log in.</param>
/// <param name="Runtime">The application's login.</param>
/// <param name="Deploy">The login of releases.</param>
sealed record ProtectionRoles(string Owner, string Runtime, string Deploy);

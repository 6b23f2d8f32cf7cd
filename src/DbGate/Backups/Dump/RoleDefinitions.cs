using System.Text;
using DbGate.Postgres;

namespace DbGate.Backups.Dump;

/// <summary>A role of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">What <c>CREATE ROLE … WITH</c> takes; no password.</param>
/// <param name="Comment">Its comment.</param>
sealed record RoleDefinition(string Name, string Attributes, string? Comment);

/// <summary>A membership: what <c>GRANT role TO member</c> makes.</summary>
/// <param name="Role">The role.</param>
/// <param name="Member">Its member.</param>
/// <param name="Options">What follows WITH; empty for none.</param>
sealed record RoleMembership(string Role, string Member, string Options);

/// <summary>
/// The roles of a cluster, as a file for psql, like <c>pg_dumpall --roles-only --no-role-passwords</c>. It leaves out the settings of
/// roles, whose values may be secret, and changes no role that exists.
/// </summary>
static class RoleDefinitions
{
    /// <summary>Reads all roles that the server itself did not make.</summary>
    public static async Task<byte[]> ReadAsync(Session session, string archiveKey, CancellationToken cancellationToken)
    {
        var roles = await session.QueryAsync(
            """
            SELECT rolname::text, pg_catalog.concat_ws(' ',
                CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
                CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB'
                  ELSE 'NOCREATEDB' END,
                CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
                CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, CASE
                  WHEN rolconnlimit <> -1 THEN 'CONNECTION LIMIT ' || rolconnlimit END,
                'VALID UNTIL ' || pg_catalog.quote_literal(rolvaliduntil)),
              pg_catalog.shobj_description(oid, 'pg_authid')
            FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1
            """,
            row => new RoleDefinition(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)), cancellationToken);
        var options = session.ServerMajor >= 16
            ? "pg_catalog.format('ADMIN %s, INHERIT %s, SET %s', m.admin_option::text, m.inherit_option::text, m.set_option::text)"
            : "CASE WHEN m.admin_option THEN 'ADMIN OPTION' ELSE '' END";
        var memberships = await session.QueryAsync(
            $"""
            SELECT DISTINCT r.rolname::text, u.rolname::text, {options} FROM pg_catalog.pg_auth_members m
            JOIN pg_catalog.pg_roles r ON r.oid = m.roleid JOIN pg_catalog.pg_roles u ON u.oid = m.member WHERE u.rolname !~ '^pg_'
              ORDER BY 1, 2, 3
            """,
            row => new RoleMembership(row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken);
        return Encoding.UTF8.GetBytes(Script(archiveKey, roles, memberships));
    }

    /// <summary>The file. Pure.</summary>
    internal static string Script(string archiveKey, IReadOnlyList<RoleDefinition> roles, IReadOnlyList<RoleMembership> memberships)
    {
        var text = new StringBuilder(
            $"""
            -- Roles of the cluster that {archiveKey} was taken from, without passwords and settings.
            -- Creates the roles and memberships that are missing, and changes no role that exists:
            --   psql -X -d postgres -f {archiveKey}.roles.sql
            -- Afterwards give each role that logs in a password: \password ROLE

            SET client_encoding = 'UTF8';
            SET standard_conforming_strings = on;

            """);
        foreach (var (name, attributes, comment) in roles)
        {
            var missing = $"WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {Sql.Literal(name)})";
            var create = Sql.Literal($"CREATE ROLE {Sql.Identifier(name)} WITH {attributes}");
            text.Append(comment is null
                ? $"SELECT {create} {missing} \\gexec\n"
                : $"SELECT unnest(ARRAY[{create}, {Sql.Literal(
                    $"COMMENT ON ROLE {Sql.Identifier(name)} IS {Sql.Literal(comment)}")}]) {missing} \\gexec\n");
        }

        foreach (var (role, member, options) in memberships)
        {
            var grant = $"GRANT {Sql.Identifier(role)} TO {Sql.Identifier(member)}{(options.Length > 0 ? $" WITH {options}" : "")}";
            text.Append(
                $"""
                SELECT {Sql.Literal(grant)} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid JOIN pg_catalog.pg_roles u ON u.oid = m.member WHERE r.rolname = {Sql.Literal(role)} AND u.rolname = {Sql.Literal(member)}) \gexec

                """);
        }

        return text.ToString();
    }
}

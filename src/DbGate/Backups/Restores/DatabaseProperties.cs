using System.Data.Common;
using System.Globalization;
using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>What belongs to a database itself and is in no dump of it: owner, rights, settings, connection limit, comment.</summary>
static class DatabaseProperties
{
    // Their values are lists of quoted names already; as one literal they would be a single name.
    static readonly string[] Lists =
    [
        "search_path", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces",
        "unix_socket_directories",
    ];

    /// <summary>Gives a new database what another one has.</summary>
    /// <exception cref="PostgresFault">The server refused.</exception>
    public static async Task CopyAsync(Session session, string from, string to, CancellationToken cancellationToken)
    {
        var target = Sql.Identifier(to);
        foreach (var setting in await session.QueryAsync(
            """
            SELECT r.rolname::text, option FROM pg_catalog.pg_db_role_setting s
            JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_catalog.pg_roles r
              ON r.oid = s.setrole, unnest(s.setconfig) option
            WHERE d.datname = $1 AND (s.setrole = 0 OR r.rolname IS NOT NULL)
            """,
            row => (Role: row.IsDBNull(0) ? null : row.GetString(0), Option: row.GetString(1)), cancellationToken, from))
        {
            var subject = setting.Role is null ? $"DATABASE {target}" : $"ROLE {Sql.Identifier(setting.Role)} IN DATABASE {target}";
            await session.ExecuteAsync($"ALTER {subject} SET {Assignment(setting.Option)}", cancellationToken);
        }

        var (owner, limit, hasRights) = (await session.QueryAsync(
            "SELECT pg_get_userbyid(datdba)::text, datconnlimit, datacl IS NOT NULL FROM pg_catalog.pg_database WHERE datname = $1",
            row => (row.GetString(0), row.GetInt32(1), row.GetBoolean(2)), cancellationToken, from))[0];
        await session.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"ALTER DATABASE {target} CONNECTION LIMIT {limit}"),
            cancellationToken);
        if (hasRights)
        {
            await session.ExecuteAsync($"REVOKE ALL ON DATABASE {target} FROM PUBLIC", cancellationToken);
            foreach (var grant in await session.QueryAsync(
                """
                SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, g.privilege_type,
                  g.is_grantable
                FROM pg_catalog.pg_database d, aclexplode(d.datacl) g WHERE d.datname = $1 AND g.grantee <> d.datdba
                """,
                Grant, cancellationToken, from))
            {
                await session.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, grant, target), cancellationToken);
            }
        }

        if (await session.ScalarAsync<string?>(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = $1", cancellationToken,
                from) is { } comment)
        {
            await session.ExecuteAsync($"COMMENT ON DATABASE {target} IS {Sql.Literal(comment)}", cancellationToken);
        }

        // Last: afterwards the rest may no longer be allowed.
        if (owner
            != await session.ScalarAsync<string>(
                "SELECT pg_get_userbyid(datdba)::text FROM pg_catalog.pg_database WHERE datname = $1", cancellationToken, to))
        {
            await session.ExecuteAsync($"ALTER DATABASE {target} OWNER TO {Sql.Identifier(owner)}", cancellationToken);
        }
    }

    internal static string Assignment(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (option[..equals], option[(equals + 1)..]);
        var quoted = string.Join('.', name.Split('.').Select(Sql.Identifier));
        return $"{quoted} TO {(Lists.Contains(name) && value.Length > 0 ? value : Sql.Literal(value))}";
    }

    static string Grant(DbDataReader row) =>
        $"GRANT {row.GetString(1)} ON DATABASE {{0}} TO "
            + $"{row.GetString(0).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}"
            + $"{(row.GetBoolean(2) ? " WITH GRANT OPTION" : "")}";
}

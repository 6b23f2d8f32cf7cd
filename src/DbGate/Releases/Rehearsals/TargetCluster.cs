using System.Data.Common;
using System.Globalization;
using DbGate.Postgres;

namespace DbGate.Releases.Rehearsals;

/// <summary>A role of the target's server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">As CREATE ROLE writes them, without LOGIN's password.</param>
sealed record TargetRole(string Name, string Attributes);

/// <summary>A membership.</summary>
/// <param name="Role">Of which role.</param>
/// <param name="Member">Who is a member.</param>
/// <param name="Options">As GRANT writes them behind WITH: <c>ADMIN OPTION</c>; null for none.</param>
sealed record TargetMembership(string Role, string Member, string? Options);

/// <summary>Settings that a session begins with.</summary>
/// <param name="Role">Of which role; null for all.</param>
/// <param name="IsOfDatabase">Only in the target's database; otherwise in all.</param>
/// <param name="Option"><c>name=value</c>, as the catalog has it.</param>
sealed record TargetSetting(string? Role, bool IsOfDatabase, string Option);

/// <summary>A right on the database.</summary>
/// <param name="Grantee">Quoted, or PUBLIC.</param>
/// <param name="Privilege">Which.</param>
/// <param name="IsGrantable">True with GRANT OPTION.</param>
sealed record TargetGrant(string Grantee, string Privilege, bool IsGrantable);

/// <summary>
/// What a migration can depend on and no backup holds: the roles of the server, the database's owner, rights and settings, and the
/// server's.
/// </summary>
/// <param name="DeployRole">The role that deploys.</param>
/// <param name="IsSuperuser">Whether it is a superuser.</param>
/// <param name="Roles">All but PostgreSQL's own.</param>
/// <param name="Memberships">All, those in PostgreSQL's own roles included.</param>
/// <param name="Settings">Of roles and of the database.</param>
/// <param name="Owner">Who owns the database.</param>
/// <param name="Grants">Rights on the database; null where they are PostgreSQL's defaults.</param>
/// <param name="ServerSettings">Those of the server that change what a migration does.</param>
/// <param name="Extensions">What the server offers, and what is installed in the database.</param>
sealed record TargetCluster(
    string DeployRole,
    bool IsSuperuser,
    IReadOnlyList<TargetRole> Roles,
    IReadOnlyList<TargetMembership> Memberships,
    IReadOnlyList<TargetSetting> Settings,
    string Owner,
    IReadOnlyList<TargetGrant>? Grants,
    IReadOnlyDictionary<string, string> ServerSettings,
    IReadOnlySet<string> Extensions)
{
    const string RolesQuery = """
        SELECT rolname::text, concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE
          WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
          CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
          CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
          CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END)
        FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1
        """;

    // From 16 on, a membership may leave out inheritance, or SET ROLE.
    const string Options16 =
        "concat_ws(', ', CASE WHEN m.admin_option THEN 'ADMIN TRUE' END, CASE WHEN m.inherit_option THEN 'INHERIT TRUE' ELSE 'INHERIT "
            + "FALSE' END, CASE WHEN m.set_option THEN 'SET TRUE' ELSE 'SET FALSE' END)";

    const string Options15 = "CASE WHEN m.admin_option THEN 'ADMIN OPTION' END";

    // A library that the scratch server's machine lacks would refuse every connection of the role, so preloads are left out.
    const string SettingsQuery = """
        SELECT r.rolname::text, s.setdatabase <> 0, option FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r
          ON r.oid = s.setrole, unnest(s.setconfig) option
        WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AND (s.setrole = 0
          OR r.rolname IS NOT NULL)
          AND option !~ '^(session|local)_preload_libraries='
        ORDER BY 1 NULLS FIRST, 2, 3
        """;

    const string GrantsQuery = """
        SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, g.privilege_type, g.is_grantable
        FROM pg_catalog.pg_database d, aclexplode(d.datacl) g WHERE d.datname = current_database() AND g.grantee <> d.datdba
        """;

    // Where, how large and how durable the server is does not count; what SQL means there does.
    const string ServerQuery = """
        SELECT name, current_setting(name) FROM pg_catalog.pg_settings
        WHERE source = 'configuration file' AND name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'bytea_output', 'xmlbinary',
          'xmloption', 'extra_float_digits',
          'standard_conforming_strings', 'backslash_quote', 'transform_null_equals', 'array_nulls', 'quote_all_identifiers', 'check_function_bodies',
          'default_transaction_isolation', 'default_transaction_deferrable', 'default_toast_compression', 'row_security', 'search_path',
          'lo_compat_privileges', 'createrole_self_grant', 'max_prepared_transactions', 'max_locks_per_transaction', 'password_encryption')
        """;

    const string ExtensionsQuery =
        "SELECT name::text FROM pg_catalog.pg_available_extensions UNION SELECT extname::text FROM pg_catalog.pg_extension";

    /// <exception cref="PostgresFault">The server refused.</exception>
    public static async Task<TargetCluster> ReadAsync(Session live, CancellationToken cancellationToken)
    {
        var own = (await live.QueryAsync(
            """
            SELECT session_user::text, r.rolsuper, pg_get_userbyid(d.datdba)::text, d.datacl IS NOT NULL
            FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE r.rolname = session_user AND d.datname = current_database()
            """,
            row =>
                (Role: row.GetString(0), IsSuperuser: row.GetBoolean(1), Owner: row.GetString(2), HasRights: row.GetBoolean(3)),
                    cancellationToken))[0];
        var options = live.ServerMajor >= 16 ? Options16 : Options15;
        return new(
            own.Role,
            own.IsSuperuser,
            await live.QueryAsync(RolesQuery, row => new TargetRole(row.GetString(0), row.GetString(1)), cancellationToken),
            await live.QueryAsync(
                $"""
                SELECT r.rolname::text, u.rolname::text, {options} FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r
                  ON r.oid = m.roleid
                JOIN pg_catalog.pg_roles u ON u.oid = m.member WHERE u.rolname !~ '^pg_' ORDER BY 1, 2
                """,
                row =>
                    new TargetMembership(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)), cancellationToken),
            await live.QueryAsync(
                SettingsQuery, row => new TargetSetting(row.IsDBNull(0) ? null : row.GetString(0), row.GetBoolean(1), row.GetString(2)),
                cancellationToken),
            own.Owner,
            own.HasRights ? await live.QueryAsync(GrantsQuery, ReadGrant, cancellationToken) : null,
            (await live.QueryAsync(ServerQuery, row => (Name: row.GetString(0), Value: row.GetString(1)), cancellationToken))
                .ToDictionary(one => one.Name, one => one.Value),
            (await live.QueryAsync(ExtensionsQuery, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal));
    }

    static TargetGrant ReadGrant(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetBoolean(2));
}

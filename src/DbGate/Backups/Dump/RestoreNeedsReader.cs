using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Postgres;

namespace DbGate.Backups.Dump;

/// <summary>Reads from the catalogs which roles the archive names, and what a restore of it has to be allowed to do.</summary>
/// <param name="session">In the coordinator's transaction.</param>
/// <param name="shown">What names for people are converted to; SQL_ASCII has no conversion.</param>
sealed class RestoreNeedsReader(Session session, string shown)
{
    const string UserSchemas = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    // Members of extensions are made by CREATE EXTENSION, for the role that runs it. Array types, row types and the like come with another
    // object.
    const string NotOfExtension =
        """
        NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))
        """;

    // pg_shdepend has no rows for the server's first role, which owns everything in an image of POSTGRES_USER.
    string Owned =>
        $"""
        SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass AS class, n.oid, n.nspowner AS owner FROM pg_catalog.pg_namespace n
          WHERE {UserSchemas} AND (n.oid >= 16384 OR n.nspowner <> {(session.ServerMajor >= 15 ? 6171 : 10)})
        UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {UserSchemas}
        {Namespaced("pg_proc", "pro")} {Namespaced("pg_type", "typ")} {Namespaced("pg_collation", "coll")} {Namespaced("pg_conversion", "con")}
        {Namespaced("pg_operator", "opr")} {Namespaced("pg_opclass", "opc")} {Namespaced("pg_opfamily", "opf")} {Namespaced("pg_statistic_ext", "stx")}
        {Namespaced("pg_ts_config", "cfg")} {Namespaced("pg_ts_dict", "dict")}
        {Global("pg_event_trigger", "evtowner")} {Global("pg_foreign_data_wrapper", "fdwowner")} {Global("pg_foreign_server", "srvowner")}
        {Global("pg_publication", "pubowner")} {Global("pg_language", "lanowner")} {Global("pg_default_acl", "defaclrole")}
        UNION ALL SELECT 'pg_catalog.pg_largeobject'::pg_catalog.regclass, oid, lomowner FROM pg_catalog.pg_largeobject_metadata
        UNION ALL SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, s.subowner FROM pg_catalog.pg_subscription s
          JOIN pg_catalog.pg_database b ON b.oid = s.subdbid AND b.datname = pg_catalog.current_database()
        """;

    /// <summary>Every role that the archive names: owners, and those of grants, policies, user mappings and default privileges.</summary>
    public Task<IReadOnlyList<string>> ReadRolesAsync(CancellationToken cancellationToken) => TextsAsync(
        $"""
        SELECT DISTINCT pg_catalog.convert_to(r.rolname, $1) FROM pg_catalog.pg_roles r WHERE EXISTS (
            SELECT FROM pg_catalog.pg_shdepend d WHERE d.refobjid = r.oid AND d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
              AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                AND d.deptype NOT IN ('o', 'i'))
          OR r.oid IN (SELECT o.owner FROM ({Owned}) o WHERE {NotOfExtension})
          OR r.oid = 10 AND (
            EXISTS (SELECT FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
              WHERE {UserSchemas} AND n.nspname <> 'public' AND 10 IN (a.grantee, a.grantor))
            OR EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
              ON n.oid = c.relnamespace, pg_catalog.aclexplode(c.relacl) a
              WHERE {UserSchemas} AND c.relowner <> 10 AND 10 IN (a.grantee, a.grantor))
            OR EXISTS (SELECT FROM pg_catalog.pg_user_mappings WHERE umuser = 10) OR EXISTS (SELECT FROM pg_catalog.pg_policy
              WHERE 10 = ANY (polroles)))
        ORDER BY 1
        """, cancellationToken);

    /// <summary>What a restore needs.</summary>
    /// <param name="roles">The roles that the archive names.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<RestoreNeeds> ReadAsync(IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        var owners = await TextsAsync(
            $"""
            SELECT DISTINCT pg_catalog.convert_to(r.rolname, $1) FROM ({Owned}) o JOIN pg_catalog.pg_roles r ON r.oid = o.owner
            WHERE {NotOfExtension} AND r.rolname !~ '^pg_' ORDER BY 1
            """, cancellationToken);
        var extensions = await TextsAsync(
            """
            SELECT DISTINCT pg_catalog.convert_to(e.extname, $1) FROM pg_catalog.pg_extension e
            JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
            WHERE v.superuser AND NOT v.trusted AND e.extname <> 'plpgsql' ORDER BY 1
            """, cancellationToken);
        return new(await RightsAsync(session, roles, cancellationToken), owners, extensions,
            await ReadSuperuserObjectsAsync(cancellationToken))
        {
            SuperuserOwners = [
                .. owners.Intersect(
                    await TextsAsync("SELECT pg_catalog.convert_to(rolname, $1) FROM pg_catalog.pg_roles WHERE rolsuper ORDER BY 1",
                    cancellationToken))],
        };
    }

    /// <summary>The rights of the session's role.</summary>
    public static async Task<RestoringRole> RightsAsync(Session session, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        var (name, isSuperuser, canCreate) = (await session.QueryAsync(
            "SELECT rolname::text, rolsuper, rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user",
            row => (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)), cancellationToken))[0];
        var members = isSuperuser || roles.Count == 0
            ? []
            : await session.QueryAsync(
                $"""
                SELECT rolname::text FROM pg_catalog.pg_roles
                WHERE rolname::text = ANY ($1) AND rolname <> current_user
                  AND pg_catalog.pg_has_role(oid, '{(session.ServerMajor >= 16 ? "SET" : "MEMBER")}') ORDER BY 1
                """,
                row => row.GetString(0), cancellationToken, (object)roles.ToArray());
        return new(name, isSuperuser, canCreate, members);
    }

    Task<IReadOnlyList<string>> ReadSuperuserObjectsAsync(CancellationToken cancellationToken) => TextsAsync(
        $"""
        SELECT pg_catalog.convert_to(o.what, $1) FROM (
          SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AS class, oid,
            '{RestoreNeeds.EventTrigger}' || pg_catalog.quote_ident(evtname) AS what
            FROM pg_catalog.pg_event_trigger
          UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid,
            'foreign data wrapper ' || pg_catalog.quote_ident(fdwname)
            FROM pg_catalog.pg_foreign_data_wrapper
          UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid,
              pg_catalog.format('function %I.%I (language %s, not trusted)', n.nspname, p.proname, l.lanname)
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang JOIN pg_catalog.pg_namespace n
              ON n.oid = p.pronamespace
            WHERE NOT l.lanpltrusted AND {UserSchemas}
          UNION ALL SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid, pg_catalog.format('operator class %I.%I', n.nspname,
            c.opcname)
            FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace WHERE {UserSchemas}
          UNION ALL SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, pg_catalog.format('publication %I (ALL TABLES)', pubname)
            FROM pg_catalog.pg_publication WHERE puballtables
        ) o WHERE o.oid >= 16384 AND {NotOfExtension} ORDER BY 1 LIMIT 1000
        """, cancellationToken);

    Task<IReadOnlyList<string>> TextsAsync(string sql, CancellationToken cancellationToken) =>
        session.QueryAsync(sql, row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), cancellationToken, shown);

    static string Namespaced(string catalog, string prefix) =>
        $"""
        UNION ALL SELECT 'pg_catalog.{catalog}'::pg_catalog.regclass, x.oid, x.{prefix}owner FROM pg_catalog.{catalog} x
          JOIN pg_catalog.pg_namespace n ON n.oid = x.{prefix}namespace WHERE {UserSchemas}
        """;

    static string Global(string catalog, string owner) =>
        $"UNION ALL SELECT 'pg_catalog.{catalog}'::pg_catalog.regclass, oid, {owner} FROM pg_catalog.{catalog} WHERE oid >= 16384";
}

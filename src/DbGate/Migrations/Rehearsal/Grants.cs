using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A privilege that a role other than the owner has on an object.</summary>
/// <param name="Key">The object's class, number and column number: it survives a rename.</param>
/// <param name="Subject">The object, in words.</param>
/// <param name="Grantee">The role's name; <c>PUBLIC</c> for everyone.</param>
/// <param name="Privilege">As PostgreSQL spells it.</param>
sealed record Grant(string Key, string Subject, string Grantee, string Privilege);

/// <summary>The privileges in a database.</summary>
/// <param name="All">Every one that a role other than the owner has.</param>
/// <param name="Objects">The keys and the names of all objects, those without a grant included.</param>
sealed record Grants(IReadOnlyList<Grant> All, IReadOnlySet<string> Objects)
{
    const string Query = """
        WITH schemas AS (
          SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'dbgate')
        ), objects AS (
          SELECT format('r %s', c.oid) AS key, c.relowner AS owner,
                 format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
                        s.nspname, c.relname) AS subject, c.relacl AS acl
          FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          UNION ALL
          SELECT format('r %s %s', c.oid, a.attnum), c.relowner, format('column %I.%I.%I', s.nspname, c.relname, a.attname), a.attacl
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN schemas s ON s.oid = c.relnamespace
          WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
          UNION ALL
          SELECT format('f %s', p.oid), p.proowner, format('function %I.%I(%s)', s.nspname, p.proname, oidvectortypes(p.proargtypes)),
                 coalesce(p.proacl, acldefault('f', p.proowner))
          FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
          UNION ALL
          SELECT format('t %s', t.oid), t.typowner, format('type %I.%I', s.nspname, t.typname), coalesce(t.typacl, acldefault('T',
            t.typowner))
          FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace WHERE t.typtype IN ('d', 'e', 'r') OR t.typacl IS NOT NULL
          UNION ALL
          SELECT format('n %s', s.oid), s.nspowner, format('schema %I', s.nspname), s.nspacl FROM schemas s
          UNION ALL
          SELECT format('a %s', d.oid), d.defaclrole,
                 format('objects of kind "%s" that %I creates%s', d.defaclobjtype, r.rolname, ' in schema ' || quote_ident(s.nspname)), d.defaclacl
          FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole LEFT JOIN schemas s ON s.oid = d.defaclnamespace
        )
        SELECT o.key, o.subject, coalesce(r.rolname, 'PUBLIC')::text, x.privilege_type::text
        FROM objects o LEFT JOIN LATERAL aclexplode(o.acl) x ON x.grantee <> o.owner LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE o.key NOT IN (
          SELECT format('%s %s', CASE classid WHEN 'pg_class'::regclass THEN 'r' WHEN 'pg_proc'::regclass THEN 'f' ELSE 't' END, objid)
          FROM pg_depend WHERE deptype = 'e' AND classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass))
        """;

    public static async Task<Grants> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync(Query, Read, cancellationToken);
        return new Grants(
            [.. rows.Select(row => row.Grant).OfType<Grant>()],
            rows.SelectMany(row => new[] { row.Key, row.Subject }).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// What is gone although its object is still there, by number or, dropped and created again, by name. A grant on an object that is gone
    /// is gone with it.
    /// </summary>
    public static IEnumerable<DataLoss> Removed(Grants before, Grants after)
    {
        var byKey = after.All.Select(grant => (grant.Key, grant.Grantee, grant.Privilege)).ToHashSet();
        var byName = after.All.Select(grant => (grant.Subject, grant.Grantee, grant.Privilege)).ToHashSet();
        return from grant in before.All
               where !byKey.Contains((grant.Key, grant.Grantee, grant.Privilege))
                   && !byName.Contains((grant.Subject, grant.Grantee, grant.Privilege))
               where after.Objects.Contains(grant.Key) || after.Objects.Contains(grant.Subject)
               group grant.Privilege by (grant.Subject, grant.Grantee) into grants
               let privileges = grants.Distinct().Order(StringComparer.Ordinal).ToArray()
               orderby grants.Key.Subject, grants.Key.Grantee
               select new DataLoss(
                   DataLossKind.GrantRemoved,
                   $"{string.Join(", ", privileges)} on {grants.Key.Subject} to {grants.Key.Grantee}",
                   null,
                   privileges.Length,
                   0,
                   null);
    }

    static (string Key, string Subject, Grant? Grant) Read(DbDataReader row) =>
    (
        row.GetString(0),
        row.GetString(1),
        row.IsDBNull(3) ? null : new Grant(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))
    );
}

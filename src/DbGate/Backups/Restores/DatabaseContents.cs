using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>What a database contains before it is filled.</summary>
static class DatabaseContents
{
    /// <summary>The number of objects that neither the server nor an extension made.</summary>
    public static Task<long> CountAsync(Session session, CancellationToken cancellationToken) => session.ScalarAsync<long>(
        """
        WITH mine AS (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
          given AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype IN ('e', 'i'))
        SELECT (SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace IN (SELECT oid FROM mine)
          AND ('pg_catalog.pg_class'::regclass, oid) NOT IN (SELECT classid, objid FROM given))
          + (SELECT count(*) FROM pg_catalog.pg_proc WHERE pronamespace IN (SELECT oid FROM mine)
            AND ('pg_catalog.pg_proc'::regclass, oid) NOT IN (SELECT classid, objid FROM given))
          + (SELECT count(*) FROM pg_catalog.pg_type WHERE typnamespace IN (SELECT oid FROM mine)
            AND ('pg_catalog.pg_type'::regclass, oid) NOT IN (SELECT classid, objid FROM given))
          + (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata)
          + (SELECT count(*) FROM mine WHERE nspname <> 'public' AND ('pg_catalog.pg_namespace'::regclass, oid) NOT IN (SELECT classid,
            objid FROM given))
        """,
        cancellationToken);

    /// <summary>Its extensions, but for the one of every new database.</summary>
    public static async Task<IReadOnlySet<string>> ExtensionsAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        return (await session.QueryAsync(
            "SELECT extname::text FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'", row => row.GetString(0), cancellationToken))
            .ToHashSet(StringComparer.Ordinal);
    }
}

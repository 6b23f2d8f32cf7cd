using DbGate.Backups.Dump;
using DbGate.Storage.Local;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Backups.Restores;

namespace DbGate.Backups;

/// <summary>
/// Everything that would make a backup incomplete or useless and that can be seen before it is made. Whatever cannot be asked
/// counts as failed: the question's own error ends the backup.
/// </summary>
static class Preflight
{
    static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(60);

    const string UserTables =
        """
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid = c.oid
            AND d.deptype = 'e' AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))
        """;

    /// <summary>Asks the database, outside of a transaction.</summary>
    public static async Task<IReadOnlyList<Problem>> InspectAsync(
        Session session, ServerFacts facts, BackupRequest request, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        if (facts.InRecovery)
        {
            var unlogged = await NamesAsync(session, "c.oid::pg_catalog.regclass::text", "c.relkind = 'r' AND c.relpersistence = 'u'",
                cancellationToken);
            problems.Add(PreflightProblems.Standby(unlogged, request.Options.AllowStandby && unlogged.Count == 0));
        }

        problems.AddRange(await InspectRightsAsync(session, facts, cancellationToken));
        problems.AddRange(await InspectContentsAsync(session, facts, request, cancellationToken));
        problems.AddRange(InspectClock("The database server's clock", facts.ServerTime, request.Clock));
        foreach (var store in request.Stores)
        {
            problems.AddRange(InspectClock($"The clock of {store.Location}", await store.ReadClockAsync(cancellationToken), request.Clock));
        }

        return problems;
    }

    /// <summary>What the inventory reports beyond that.</summary>
    public static IEnumerable<Problem> Inspect(Inventory inventory, BackupRequest request)
    {
        if (inventory.UnvalidatedForeignKeys.Count > 0)
        {
            yield return PreflightProblems.Unvalidated(inventory.UnvalidatedForeignKeys);
        }

        if (RestoreRights.Judge(
            inventory.Needs, inventory.Needs.Role, RestoreChanges.None, isPrepared: false,
            new HashSet<string>()) is { Count: > 0 } obstacles)
        {
            yield return RestoreProblems.MayNotRestore(inventory.Needs.Role.Name, obstacles);
        }

        if (inventory.Extensions.Any(extension => extension.Name == PreloadedLibraries.Cron))
        {
            yield return RestoreProblems.CronWarning;
        }

        var expected =
            request.Last is { } last ? last.Archive.Length + (last.Archive.Length / 5) : inventory.Tables.Sum(table => table.Bytes) / 4;
        foreach (var store in request.Stores.OfType<LocalStore>())
        {
            if (FreeBytes(store.Location) is var free && free < expected)
            {
                yield return PreflightProblems.NoSpace(store.Location, free, expected, request.Last is not null);
            }
        }
    }

    static async Task<IReadOnlyList<Problem>> InspectRightsAsync(Session session, ServerFacts facts, CancellationToken cancellationToken)
    {
        if (facts.IsSuperuser)
        {
            return [];
        }

        var problems = new List<Problem>();
        var hidden =
            await NamesAsync(
                session, "c.oid::pg_catalog.regclass::text", "c.relkind IN ('r', 'p') AND pg_catalog.row_security_active(c.oid)",
                cancellationToken);
        if (hidden.Count > 0)
        {
            problems.Add(PreflightProblems.RowSecurity(facts.Role, hidden));
        }

        var unreadable = await NamesAsync(
            session,
            "c.oid::pg_catalog.regclass::text",
            """
            ((c.relkind IN ('r', 'p') AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT'))
              OR (c.relkind = 'S' AND NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT'))
              OR (c.relkind IN ('r', 'p', 'S') AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')))
            """,
            cancellationToken);
        if (unreadable.Count > 0)
        {
            problems.Add(PreflightProblems.Unreadable(facts.Role, unreadable));
        }

        try
        {
            await session.ScalarAsync<long>("SELECT count(pg_catalog.lo_get(oid, 0, 1)) FROM pg_catalog.pg_largeobject_metadata",
                cancellationToken);
        }
        catch (PostgresFault fault) when (fault.SqlState == "42501")
        {
            problems.Add(PreflightProblems.LargeObjects(facts.Role, fault.MessageText));
        }

        return problems;
    }

    static async Task<IReadOnlyList<Problem>> InspectContentsAsync(
        Session session, ServerFacts facts, BackupRequest request, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var tables = await session.ScalarAsync<long>($"SELECT count(*) {UserTables} AND c.relkind IN ('r', 'p')", cancellationToken);
        if (request is { Last: { } last, AcceptNewDatabase: false } && facts.Identity?.IsSameDatabaseAs(last.Identity) != true)
        {
            problems.Add(PreflightProblems.OtherDatabase(request.Url, last));
        }

        if (tables == 0)
        {
            problems.Add(PreflightProblems.Empty(facts.DatabaseName, request.Last));
        }

        var collations = await session.QueryAsync(
            """
            SELECT pg_catalog.quote_ident(c.collname) || ': ' || c.collversion || ', now ' || pg_catalog.pg_collation_actual_version(c.oid)
            FROM pg_catalog.pg_collation c
            WHERE c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)
              AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass
                AND d.refobjid = c.oid)
            ORDER BY 1
            """,
            row => row.GetString(0), cancellationToken);
        if (facts.ServerMajor >= 15)
        {
            collations =
            [
                .. await session.QueryAsync(
                    """
                    SELECT 'the database: ' || d.datcollversion || ', now ' || pg_catalog.pg_database_collation_actual_version(d.oid)
                    FROM pg_catalog.pg_database d
                    WHERE d.datname = pg_catalog.current_database()
                      AND d.datcollversion <> pg_catalog.pg_database_collation_actual_version(d.oid)
                    """,
                    row => row.GetString(0), cancellationToken),
                .. collations,
            ];
        }

        if (collations.Count > 0)
        {
            problems.Add(PreflightProblems.Collations(collations));
        }

        return problems;
    }

    static IEnumerable<Problem> InspectClock(string whose, DateTimeOffset theirs, TimeProvider clock)
    {
        if (theirs - clock.GetUtcNow() is var skew && skew.Duration() > LargestSkew)
        {
            yield return PreflightProblems.ClockSkew(whose, skew);
        }
    }

    // The folder itself is made with the first object.
    static long FreeBytes(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return new DriveInfo(folder).AvailableFreeSpace;
    }

    static Task<IReadOnlyList<string>> NamesAsync(Session session, string name, string condition, CancellationToken cancellationToken) =>
        session.QueryAsync($"SELECT {name} {UserTables} AND {condition} ORDER BY 1 LIMIT 100", row => row.GetString(0), cancellationToken);
}

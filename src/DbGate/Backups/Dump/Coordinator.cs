using System.Globalization;
using DbGate.Postgres;

namespace DbGate.Backups.Dump;

/// <summary>
/// The connection that holds a backup together: all tables locked against being altered or dropped, one exported snapshot, and
/// the inventory read under it. The locks come before the snapshot, so that no ALTER or TRUNCATE can fall between them.
/// </summary>
sealed class Coordinator : IAsyncDisposable
{
    const int Attempts = 5;

    Coordinator(Session session, string snapshot, Inventory inventory) =>
        (Session, Snapshot, Inventory) = (session, snapshot, inventory);

    /// <summary>The connection.</summary>
    public Session Session { get; }

    /// <summary>What <c>SET TRANSACTION SNAPSHOT</c> takes.</summary>
    public string Snapshot { get; }

    /// <summary>What the snapshot holds.</summary>
    public Inventory Inventory { get; }

    /// <summary>Locks, takes the snapshot, and reads the inventory.</summary>
    /// <param name="session">Belongs to the coordinator afterwards.</param>
    /// <param name="systemIdentifier">The cluster's, read before.</param>
    /// <param name="lockTimeout">How long to wait for each batch of locks.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<Coordinator> BeginAsync(Session session, string systemIdentifier, TimeSpan lockTimeout, CancellationToken ct)
    {
        await SessionReset.RunAsync(session, ct);
        foreach (var setting in (string[])
        [
            "search_path TO ''", "row_security = off", "quote_all_identifiers = off",
            string.Create(CultureInfo.InvariantCulture, $"lock_timeout = {lockTimeout.TotalMilliseconds:0}"),
        ])
        {
            await session.ExecuteAsync($"SET {setting}", ct);
        }

        var encoding = await session.ScalarAsync<string>("SHOW server_encoding", ct);
        var reader = new InventoryReader(session, encoding!, systemIdentifier);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var wanted = await reader.ReadLockableAsync(ct);
            await session.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ct);

            // LOCK TABLE takes no snapshot; the first query after it does.
            if (await LockAsync(session, wanted, lockTimeout, ct))
            {
                var snapshot = await session.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", ct);
                var locked = wanted.Select(table => table.Oid).ToHashSet();
                if ((await reader.ReadLockableAsync(ct)).All(table => locked.Contains(table.Oid)))
                {
                    return new(session, snapshot!, await reader.ReadAsync(ct));
                }
            }

            await session.ExecuteAsync("ROLLBACK", ct);
        }

        throw DumpProblems.Changing(session.Url.Database, Attempts);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Session.DisposeAsync();

    static async Task<bool> LockAsync(Session session, IReadOnlyList<(uint Oid, string Quoted)> tables, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            foreach (var batch in tables.Chunk(500))
            {
                await session.ExecuteAsync($"LOCK TABLE ONLY {string.Join(", ONLY ", batch.Select(table => table.Quoted))} IN ACCESS SHARE MODE", ct);
            }

            return true;
        }
        catch (PostgresFault fault) when (fault.SqlState is "42P01" or "3F000")
        {
            // Dropped since it was listed.
            return false;
        }
        catch (PostgresFault fault) when (fault.SqlState is "55P03")
        {
            await session.ExecuteAsync("ROLLBACK", ct);
            throw DumpProblems.Locked(timeout, await ReadBlockersAsync(session, tables, ct));
        }
    }

    // Who has them still; what they do may hold people's data, and is left to pg_stat_activity.
    static Task<IReadOnlyList<(string Table, LockHolder Holder)>> ReadBlockersAsync(
        Session session, IReadOnlyList<(uint Oid, string Quoted)> tables, CancellationToken ct) => session.QueryAsync(
        """
        SELECT l.relation::pg_catalog.regclass::text, l.pid, a.usename::text, a.application_name, a.client_addr::text, a.backend_start, pg_catalog.now() - a.query_start, a.state
        FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted AND l.relation::int8 = ANY ($1)
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        ORDER BY 1, 2 LIMIT 3
        """,
        row => (row.GetString(0), LockHolder.Read(row, 1)), ct, (object)tables.Select(table => (long)table.Oid).ToArray());
}

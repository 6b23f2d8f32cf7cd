namespace DbGate.Postgres;

/// <summary>How far a replica is behind.</summary>
static class ReplicaLag
{
    /// <summary>
    /// Zero when all that was received is replayed; else the age of the newest replayed transaction. Null when nothing was ever received.
    /// An idle primary sends no transactions, so the age alone would grow without any lag.
    /// </summary>
    public static async Task<TimeSpan?> ReadAsync(Session session, CancellationToken ct) =>
        await session.ScalarAsync<double?>(
            """
            SELECT CASE WHEN pg_last_wal_replay_lsn() IS NULL THEN NULL
                        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                        ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END::float8
            """,
            ct) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
}

namespace DbGate.Postgres;

/// <summary>How far a replica is behind.</summary>
static class ReplicaLag
{
    /// <summary>So long a replica may take to come to where the primary was when it was asked.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Zero when the replica has replayed what the primary had written when it was asked; else the age of its newest replayed transaction.
    /// Null when nothing was ever received. The primary's position decides: what the replica has received says nothing when it was cut
    /// off, and the age alone would grow without any lag while the primary is idle.
    /// </summary>
    public static async Task<TimeSpan?> ReadAsync(Session primary, Session replica, TimeProvider clock, CancellationToken ct)
    {
        var position = await primary.ScalarAsync<string>(
            "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text", ct);
        for (var start = clock.GetTimestamp(); ; await Task.Delay(Pause, clock, ct))
        {
            var lag = await AskAsync(replica, position, ct);
            if (lag is null || lag == TimeSpan.Zero || clock.GetElapsedTime(start) > Patience)
            {
                return lag;
            }
        }
    }

    static async Task<TimeSpan?> AskAsync(Session replica, string? position, CancellationToken ct) =>
        await replica.ScalarAsync<double?>(
            """
            SELECT CASE WHEN pg_last_wal_replay_lsn() IS NULL THEN NULL
                        WHEN pg_last_wal_replay_lsn() >= $1::text::pg_lsn THEN 0
                        ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END::float8
            """,
            ct,
            position) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
}

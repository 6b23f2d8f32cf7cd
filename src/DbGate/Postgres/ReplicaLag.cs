namespace DbGate.Postgres;

/// <summary>How far a replica is behind the primary.</summary>
/// <param name="HasReceived">False when it has never received anything from a primary.</param>
/// <param name="Time">Zero when it has replayed what the primary had written when it was asked; null when it is behind and how long is not
/// known.</param>
sealed record ReplicaLag(bool HasReceived, TimeSpan? Time)
{
    /// <summary>How long a replica may take to reach the position that the primary had when it was asked.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>True when it has replayed everything.</summary>
    public bool IsCurrent => HasReceived && Time == TimeSpan.Zero;

    /// <summary>
    /// Asks both. The primary's position decides: what the replica has received adds nothing when it was cut off, and the age of its newest
    /// replayed transaction would grow without any lag while the primary is idle. A replica that has replayed no transaction since it
    /// started has no such age, and one whose clock is behind the primary's has a negative one: then the lag is not known.
    /// </summary>
    public static async Task<ReplicaLag> ReadAsync(Session primary, Session replica, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var position = await primary.ScalarAsync<string>(
            "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text", cancellationToken);
        for (var start = clock.GetTimestamp(); ; await Task.Delay(Pause, clock, cancellationToken))
        {
            var lag = await AskAsync(replica, position, cancellationToken);
            if (!lag.HasReceived || lag.IsCurrent || clock.GetElapsedTime(start) > Timeout)
            {
                return lag;
            }
        }
    }

    static async Task<ReplicaLag> AskAsync(Session replica, string? position, CancellationToken cancellationToken) =>
        (await replica.QueryAsync(
        """
        SELECT pg_last_wal_replay_lsn() IS NOT NULL,
               CASE WHEN pg_last_wal_replay_lsn() >= $1::text::pg_lsn THEN 0
                    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8,
               pg_last_wal_replay_lsn() >= $1::text::pg_lsn
        """,
        row => From(row.GetBoolean(0), row.IsDBNull(1) ? null : row.GetDouble(1), !row.IsDBNull(2) && row.GetBoolean(2)),
        cancellationToken,
        position))[0];

    /// <summary>Pure.</summary>
    internal static ReplicaLag From(bool hasReceived, double? seconds, bool isCurrent) =>
        new(hasReceived, isCurrent ? TimeSpan.Zero : seconds > 0 ? TimeSpan.FromSeconds(seconds.Value) : null);
}

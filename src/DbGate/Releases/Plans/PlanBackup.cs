namespace DbGate.Releases.Plans;

/// <summary>The backup that the plan relies on.</summary>
/// <param name="Key">The archive in its store.</param>
/// <param name="Location">The archive, for people.</param>
/// <param name="ManifestSha256">Lower-case hex digest of its manifest.</param>
/// <param name="TakenAt">When its snapshot was taken.</param>
/// <param name="Level">How far it was verified.</param>
sealed record PlanBackup(string Key, string Location, string ManifestSha256, DateTimeOffset TakenAt, string Level)
{
    /// <summary>The database's write counters directly before the backup; null when they were not read.</summary>
    public WriteCounters? Counters { get; init; }

    /// <summary>What was written between the backup and the plan; null when that is not known.</summary>
    public WrittenSince? Written { get; init; }
}

/// <summary>How much a database had been written to at one moment.</summary>
/// <param name="Rows">Rows inserted, updated and deleted since the statistics were reset (<c>pg_stat_user_tables</c>).</param>
/// <param name="ResetAt">When the statistics were reset; null when they never were.</param>
/// <param name="WalBytes">The position in the cluster's WAL, in bytes.</param>
sealed record WriteCounters(long Rows, DateTimeOffset? ResetAt, long WalBytes);

/// <summary>What was written between two moments.</summary>
/// <param name="Rows">Rows inserted, updated and deleted, about; null when the statistics were reset between.</param>
/// <param name="WalBytes">Bytes of WAL of the whole cluster.</param>
/// <param name="Until">The second moment (UTC, by the database's clock).</param>
sealed record WrittenSince(long? Rows, long WalBytes, DateTimeOffset Until);

namespace DbGate.Scratch;

/// <summary>What a throwaway server is to be like that starts from restored files.</summary>
sealed record RestoredOptions
{
    /// <summary>A superuser of the restored cluster who can log in.</summary>
    public required string Superuser { get; init; }

    /// <summary>A database of the restored cluster.</summary>
    public required string Database { get; init; }

    /// <summary>Lines for <c>postgresql.conf</c>. Those that keep the copy away from production win over them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the recovery may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(12);

    // A copy of production must not do what production does: archive into its repository, replicate, follow a primary, run jobs.
    internal static IReadOnlyDictionary<string, string> Apart { get; } = new Dictionary<string, string>
    {
        ["listen_addresses"] = "127.0.0.1",
        ["archive_mode"] = "off",
        ["max_wal_senders"] = "0",
        ["max_logical_replication_workers"] = "0",
        ["hot_standby"] = "off",
        ["primary_conninfo"] = "",
        ["synchronous_standby_names"] = "",
        ["ssl"] = "off",
        ["autovacuum"] = "off",
        ["logging_collector"] = "off",
        ["log_destination"] = "stderr",
        ["lc_messages"] = "C",
        ["wal_level"] = "replica",
        ["huge_pages"] = "off",
    };
}

namespace DbGate.Backups.Retention;

/// <summary>How to carry a plan out.</summary>
sealed record PruneOptions
{
    /// <summary>Only state what would be done, and why.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whose leftovers are looked at, in lower case; null = all environments'.</summary>
    public string? Environment { get; init; }

    /// <summary>The database whose leftovers are looked at; null = all.</summary>
    public string? Database { get; init; }

    /// <summary>Leftovers that are younger may belong to a backup that is still running.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Who runs it, for the log in the store.</summary>
    public string? Actor { get; init; }
}

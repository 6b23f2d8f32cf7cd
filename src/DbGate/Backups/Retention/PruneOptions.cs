namespace DbGate.Backups.Retention;

/// <summary>How to carry a plan out.</summary>
public sealed record PruneOptions
{
    /// <summary>Only say what would be done, and why.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leftovers that are younger may belong to a backup that is still running.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Who runs it, for the log in the store.</summary>
    public string? Actor { get; init; }
}

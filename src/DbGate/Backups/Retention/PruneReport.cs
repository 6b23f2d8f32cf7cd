using System.Globalization;

namespace DbGate.Backups.Retention;

/// <summary>What was done, or in a dry run would be.</summary>
/// <param name="Plan">What was decided.</param>
/// <param name="DryRun">Nothing was done.</param>
/// <param name="Deleted">Backups that are gone.</param>
/// <param name="Locked">Backups that a lock of the store kept, with the store's reason.</param>
/// <param name="Orphans">Leftovers; those with <see cref="Orphan.Sweep"/> are gone unless it was a dry run.</param>
/// <param name="LogKey">The record of it in the store; null when nothing was to be deleted.</param>
sealed record PruneReport(
    RetentionPlan Plan,
    bool DryRun,
    IReadOnlyList<BackupRecord> Deleted,
    IReadOnlyList<RetentionDecision> Locked,
    IReadOnlyList<Orphan> Orphans,
    string? LogKey)
{
    /// <summary>For people: a line for each backup and each leftover, what became of it and why.</summary>
    public IReadOnlyList<(string Verb, string What)> Lines =>
    [
        .. Plan.Decisions.Select(decision =>
            (Verb(decision), $"{decision.Backup.ArchiveKey}  {Size(decision.Backup.Bytes)}  {Why(decision)}")),
        .. Orphans.Select(orphan => (orphan.Sweep ? DryRun ? "would sweep" : "swept" : "left", $"{orphan.Key}  {orphan.Reason}")),
    ];

    RetentionDecision? LockOf(RetentionDecision decision) => Locked.FirstOrDefault(locked => locked.Backup == decision.Backup);

    string Why(RetentionDecision decision) => LockOf(decision)?.Reason ?? decision.Reason;

    string Verb(RetentionDecision decision) =>
        decision.Keep ? "kept"
        : DryRun ? "would delete"
        : LockOf(decision) is null ? "deleted"
        : "locked";

    static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}

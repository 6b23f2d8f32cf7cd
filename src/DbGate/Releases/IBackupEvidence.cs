using DbGate.Backups.History;
using DbGate.Postgres;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>A restore test that passed, as a record in the store reports.</summary>
/// <param name="TestedAt">When it ended.</param>
/// <param name="Location">Where the record is.</param>
/// <param name="RestoreTime">The measured time to restore; null when it was not measured.</param>
sealed record RestoreTestRecord(DateTimeOffset TestedAt, string Location, TimeSpan? RestoreTime);

/// <summary>What the stores know of the target's backups.</summary>
interface IBackupEvidence
{
    /// <summary>The newest verified backup that policy (<c>backup.maxAge</c>) still accepts; null when there is none.</summary>
    Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken);

    /// <summary>The newest restore test that passed; null when none is on record.</summary>
    Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken);

    /// <summary>The target's backups and restore tests over time; null when there is no store to ask.</summary>
    Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) => Task.FromResult<BackupHistory?>(null);
}

using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>A backup engine that the database's owner runs. DbGate asks it for proof; it does not replace it.</summary>
interface IBackupProvider
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>The highest level that a backup of it can be proven to.</summary>
    VerificationLevel Reach { get; }

    /// <summary>The newest base backup of the target's cluster.</summary>
    /// <exception cref="Problems.GateException">There is none that could be relied on; the problem names why.</exception>
    Task<EngineBackup> FindNewestAsync(TargetIdentity target, CancellationToken cancellationToken);

    /// <summary>The lines that bring the cluster back to a restore point, for a shell on the database's machine.</summary>
    /// <param name="backup">The base backup.</param>
    /// <param name="point">Where the recovery stops.</param>
    IReadOnlyList<string> RecoveryLines(EngineBackup backup, RestorePoint point);
}

/// <summary>An engine whose backups DbGate can verify and restore.</summary>
interface IRestorableProvider : IBackupProvider
{
    /// <summary>The engine still has this base backup.</summary>
    /// <exception cref="Problems.GateException">The engine cannot be asked.</exception>
    Task<bool> HasAsync(EngineBackup backup, CancellationToken cancellationToken);

    /// <summary>The WAL segments of the archive.</summary>
    /// <exception cref="Problems.GateException">The archive cannot be listed.</exception>
    Task<IReadOnlyList<WalSegment>> ListWalAsync(EngineBackup backup, long segmentSize, CancellationToken cancellationToken);

    /// <summary>Reads every byte of the base backup and of the WAL that a recovery needs.</summary>
    /// <exception cref="Problems.GateException">DBG0368: something is damaged.</exception>
    Task<EngineVerification> VerifyAsync(EngineBackup backup, RestorePoint point, CancellationToken cancellationToken);

    /// <summary>Restores the files into an empty data folder, prepared for a recovery that stops at the restore point.</summary>
    /// <exception cref="Problems.GateException">The engine failed.</exception>
    Task RestoreAsync(EngineBackup backup, RestorePoint point, ThrowawayFolder folder, CancellationToken cancellationToken);
}

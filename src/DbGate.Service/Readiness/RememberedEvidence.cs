using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Service.Readiness;

/// <summary>
/// Asks the store for the newest restore test once a minute, not with every run of the checks: a bucket is listed page by page.
/// </summary>
sealed class RememberedEvidence(IBackupEvidence store, TimeProvider clock) : IBackupEvidence
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    volatile Known? known;

    /// <inheritdoc/>
    public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
        store.NewestVerifiedAsync(context, target, cancellationToken);

    /// <inheritdoc/>
    public async Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        if (known is { } recent && clock.GetElapsedTime(recent.AskedAt, now) < Period)
        {
            return recent.Record;
        }

        var record = await store.NewestRestoreTestAsync(context, cancellationToken);
        known = new(record, now);
        return record;
    }

    /// <inheritdoc/>
    public Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) =>
        store.HistoryAsync(context, cancellationToken);

    sealed record Known(RestoreTestRecord? Record, long AskedAt);
}

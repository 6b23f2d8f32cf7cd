using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Storage;
using DbGate.Targets;

namespace DbGate.Releases.Plans;

/// <summary>The backup of a plan, looked at again.</summary>
static class PlanBackups
{
    /// <summary>What is now where the plan's backup was; null when it is gone, or the plan has none.</summary>
    public static async Task<PlanBackup?> ReadAsync(GateContext context, PlanFile plan, CancellationToken cancellationToken)
    {
        if (plan.Plan.Promise.Backup is not { } planned)
        {
            return null;
        }

        if (BackupName.IsProof(planned.Key))
        {
            return await EngineBackups.FindAsync(context, planned, cancellationToken);
        }

        var store = BackupStores.Open(context.Settings)[0];
        return await store.HeadAsync(BackupManifest.KeyOf(planned.Key), cancellationToken) is null
            || await store.HeadAsync(planned.Key, cancellationToken) is null
            ? null
            : planned with { ManifestSha256 = (await new BackupCatalog(store).OpenAsync(planned.Key, cancellationToken)).Sha256 };
    }

    /// <summary>Reads every byte of it again.</summary>
    /// <exception cref="GateException">DBG0532: it is gone or was replaced; DBG0322, DBG0323: its archive differs.</exception>
    public static async Task<BackupProof> ProveAsync(
        GateContext context, PlanFile plan, PlanBackup planned, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(context, plan, cancellationToken);
        if (PlanComparison.Between(plan.Plan.Promise, plan.Plan.Promise with { Backup = now }) is { Count: > 0 } differences)
        {
            throw new GateException(EvidenceProblems.PlanMoved(plan, plan.Plan.Promise, differences));
        }

        if (BackupName.IsProof(planned.Key))
        {
            return await EngineBackups.ProveAgainAsync(context, planned, cancellationToken);
        }

        var store = BackupStores.Open(context.Settings)[0];
        var manifest = (await new BackupCatalog(store).OpenAsync(planned.Key, cancellationToken)).Manifest;
        await new ArchiveReader(store, manifest).VerifyAsync(cancellationToken);
        var source = manifest.Source;
        return new BackupProof(
            new TargetIdentity(source.SystemIdentifier, source.DatabaseOid, source.DatabaseName, source.ServerVersion, source.InRecovery),
            planned.Location,
            planned.ManifestSha256,
            planned.TakenAt,
            planned.Level);
    }
}

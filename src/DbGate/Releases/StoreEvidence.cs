using DbGate.Backups;
using DbGate.Backups.History;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Signing;
using DbGate.Storage;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>What the stores of the settings know.</summary>
sealed class StoreEvidence : IBackupEvidence
{
    public static StoreEvidence Instance { get; } = new();

    public async Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken)
    {
        var limit = context.Settings.Get(BackupSettings.MaxAge);
        if (limit == TimeSpan.Zero || EngineBackups.IsUsed(context.Settings)) // an engine is asked each time
        {
            return null;
        }

        var store = BackupStores.Open(context.Settings)[0];
        var catalog = new BackupCatalog(store);
        var environment = context.Environment.ToString().ToLowerInvariant();
        if (await catalog.FindNewestAsync(environment, target.DatabaseName, cancellationToken) is not { } newest
            || await catalog.AgeAsync(newest, cancellationToken) > limit)
        {
            return null;
        }

        // A database that was dropped and made again under its name: the older one's backup is none of it.
        var file = await catalog.OpenAsync(newest, cancellationToken);
        if (!IdentityOf(file.Manifest.Source).IsSameDatabaseAs(target))
        {
            return null;
        }

        return await ProveAsync(store, newest, file, BackupRequests.Key(context.Settings), cancellationToken);
    }

    public async Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken)
    {
        var newest = await RestoreTestRecords.FindNewestAsync(
            BackupStores.Open(context.Settings)[0],
            context.Environment.ToString().ToLowerInvariant(),
            context.FindTarget()?.DirectUrl.Database,
            BackupRequests.Key(context.Settings),
            cancellationToken);
        return newest is null ? null : new(newest.TestedAt, newest.Location, newest.Report.RestoreTime);
    }

    public async Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken)
    {
        using var key = BackupRequests.Key(context.Settings);
        return await BackupHistoryReader.ReadAsync(
            BackupStores.Open(context.Settings)[0], context.Environment.ToString().ToLowerInvariant(), context.Target.DirectUrl.Database,
            key, cancellationToken);
    }

    /// <summary>The proof, after every byte of the archive was read again: an archive can be swapped after it was verified.</summary>
    static async Task<BackupProof> ProveAsync(
        IObjectStore store, CatalogEntry entry, ManifestFile file, SigningKey? key, CancellationToken cancellationToken)
    {
        if (key is not null && file.Check(key) != SignatureState.Valid)
        {
            throw new Problems.GateException(BackupPolicyProblems.Signature(entry.Manifest.Key, file.Check(key).ToString()));
        }

        await new Backups.Archive.ArchiveReader(store, file.Manifest).VerifyAsync(cancellationToken);
        var source = file.Manifest.Source;
        return new BackupProof(
            IdentityOf(source),
            $"{store.Location}/{entry.Archive.Key}",
            file.Sha256,
            file.Manifest.Times.Snapshot,
            file.Manifest.Verification.Level);
    }

    static TargetIdentity IdentityOf(SourceFacts source) =>
        new(source.SystemIdentifier, source.DatabaseOid, source.DatabaseName, source.ServerVersion, source.InRecovery);
}

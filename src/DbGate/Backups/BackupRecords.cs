using DbGate.Backups.Retention;
using DbGate.Storage;
using DbGate.Backups.Restores;

namespace DbGate.Backups;

/// <summary>A store's backups as retention counts them, with the restore tests that are on record.</summary>
static class BackupRecords
{
    public static async Task<IReadOnlyList<BackupRecord>> ReadAsync(
        IObjectStore store, string environment, string? database, CancellationToken cancellationToken) =>
        await new BackupCatalog(store)
            .ReadRecordsAsync(
                environment, database, await RestoreTestRecords.ReadAllAsync(store, environment, database, null, cancellationToken),
                cancellationToken);
}

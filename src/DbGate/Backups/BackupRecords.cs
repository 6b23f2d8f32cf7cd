using DbGate.Backups.Retention;
using DbGate.Backups.Stores;

namespace DbGate.Backups;

/// <summary>A store's backups as retention counts them.</summary>
static class BackupRecords
{
    public static async Task<IReadOnlyList<BackupRecord>> ReadAsync(IObjectStore store, CancellationToken cancellation)
    {
        var catalog = new BackupCatalog(store);
        var records = new List<BackupRecord>();
        foreach (var entry in await catalog.ListAsync(null, null, cancellation))
        {
            var level = await LevelAsync(catalog, entry, cancellation);
            records.Add(new BackupRecord(
                entry.Archive.Key, entry.Manifest.Key, entry.Name.Name, entry.Name.Environment, entry.Manifest.LastModified, level, null, entry.Archive.Length));
        }

        return records;
    }

    /// <summary>An unreadable manifest, or an archive of another length, verifies nothing.</summary>
    static async Task<VerificationLevel?> LevelAsync(BackupCatalog catalog, CatalogEntry entry, CancellationToken cancellation)
    {
        try
        {
            var manifest = (await catalog.OpenAsync(entry, cancellation)).Manifest;
            return manifest.Archive.Length == entry.Archive.Length
                ? manifest.Verification.Level switch
                {
                    "L0" => VerificationLevel.Complete,
                    "L1" => VerificationLevel.ReadBack,
                    "L2" => VerificationLevel.SchemaRestored,
                    "L3" => VerificationLevel.Restored,
                    _ => null,
                }
                : null;
        }
        catch (Problems.GateException exception) when (exception.Problem.Code.ExitCode == Problems.ExitCode.Blocked)
        {
            return null;
        }
    }
}

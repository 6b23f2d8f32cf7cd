using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Storage;

namespace DbGate.Backups;

/// <summary>
/// The newest backup of a database, by the identity in the manifests. A newer entry that cannot be used is never passed over: what it would
/// have held is lost silently otherwise.
/// </summary>
static class NewestBackup
{
    /// <summary>Finds it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="database">The database's name; null for any of the environment.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The archive's key; null when the store holds no backup of the database.</returns>
    /// <exception cref="GateException">DBG0328: the newest entry cannot be used.</exception>
    public static async Task<string?> FindAsync(
        IObjectStore store, string environment, string? database, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(store);
        (string Key, string Fault)? unusable = null;
        string? unsigned = null;
        foreach (var listed in await catalog.ListCommittedAsync(environment, database, cancellationToken))
        {
            var (found, fault) = await ReadAsync(catalog, listed, cancellationToken);
            if (found is not null && database is not null && found.Manifest.Source.DatabaseName != database)
            {
                continue; // another database whose name is spelled alike in a key
            }

            if (fault is not null)
            {
                unusable ??= (listed.ArchiveKey, fault);
                continue;
            }

            if (unusable is { } newer)
            {
                throw ManifestProblems.NewerUnusable(
                    store.Location, newer.Key, newer.Fault, listed.ArchiveKey, found!.Manifest.Times.Snapshot);
            }

            var isSigned = found!.Signature is not null;
            if (unsigned is not null)
            {
                return isSigned
                    ? throw ManifestProblems.NewerUnusable(
                        store.Location, unsigned, "it is not signed, the one before it is", listed.ArchiveKey,
                        found.Manifest.Times.Snapshot)
                    : unsigned;
            }

            if (isSigned)
            {
                return listed.ArchiveKey;
            }

            unsigned = listed.ArchiveKey;
        }

        return unusable is { } only
            ? throw ManifestProblems.NewerUnusable(store.Location, only.Key, only.Fault, null, null)
            : unsigned;
    }

    static async Task<(ManifestFile? File, string? Fault)> ReadAsync(
        BackupCatalog catalog, CommittedEntry entry, CancellationToken cancellationToken)
    {
        ManifestFile file;
        try
        {
            file = await catalog.OpenAsync(entry.ArchiveKey, cancellationToken);
        }
        catch (GateException fault) when (fault.Problem.Code == ManifestProblems.UnreadableCode)
        {
            return (null, $"its manifest cannot be used ({fault.Problem.Message.TrimEnd('.')})");
        }

        return entry.Archive is not { } archive ? (file, "its archive is missing")
            : archive.Length != file.Manifest.Archive.Length
                ? (file, $"its archive has {archive.Length} bytes, the manifest says {file.Manifest.Archive.Length}")
            : file.Manifest.Verification.Proven >= VerificationLevel.ReadBack ? (file, null)
            : (file, $"it was not read back (level {file.Manifest.Verification.Level})");
    }
}

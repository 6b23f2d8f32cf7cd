using DbGate.Backups.Manifests;
using DbGate.Backups.Stores;

namespace DbGate.Backups;

/// <summary>A backup as its store shows it: an archive and its manifest.</summary>
/// <param name="Name">Database, environment and time, as the name tells.</param>
/// <param name="Archive">The archive.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record CatalogEntry(BackupName Name, StoredObject Archive, StoredObject Manifest);

/// <summary>What one store holds. Listing reads no contents; a backup is trusted only after its manifest was opened.</summary>
/// <param name="store">The store.</param>
public sealed class BackupCatalog(IObjectStore store)
{
    /// <summary>The backups of an environment, newest first by the store's clock. Archives without a manifest are none.</summary>
    /// <param name="environment">In lower case; null = all.</param>
    /// <param name="database">The database's name; null = all.</param>
    /// <param name="ct">Stops the listing.</param>
    public async Task<IReadOnlyList<CatalogEntry>> ListAsync(string? environment, string? database, CancellationToken ct)
    {
        var prefix = environment is not null && database is not null ? BackupName.For(database, environment, default).Prefix : "";
        var objects = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        await foreach (var stored in store.ListAsync(prefix, ct))
        {
            objects[stored.Key] = stored;
        }

        return
        [
            .. objects.Values
                .Select(archive => (archive, Name: BackupName.Find(archive.Key), Manifest: objects.GetValueOrDefault(BackupManifest.KeyOf(archive.Key))))
                .Where(found => found.Name is not null && found.Manifest is not null && (environment is null || found.Name.Environment == environment))
                .Select(found => new CatalogEntry(found.Name!, found.archive, found.Manifest!))
                .OrderByDescending(entry => entry.Manifest.LastModified).ThenByDescending(entry => entry.Archive.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>The newest backup whose archive is there in full length; null when there is none.</summary>
    public async Task<CatalogEntry?> FindNewestAsync(string environment, string? database, CancellationToken ct)
    {
        foreach (var entry in await ListAsync(environment, database, ct))
        {
            if ((await OpenAsync(entry, ct)).Manifest.Archive.Length == entry.Archive.Length)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>How old a backup is, by the store's clock.</summary>
    public async Task<TimeSpan> AgeAsync(CatalogEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return await store.ReadClockAsync(ct) - entry.Manifest.LastModified;
    }

    /// <summary>Reads an entry's manifest.</summary>
    /// <exception cref="Problems.GateException">DBG0320: it cannot be used, or describes another archive.</exception>
    public Task<ManifestFile> OpenAsync(CatalogEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return OpenAsync(entry.Archive.Key, ct);
    }

    /// <summary>Reads the manifest of the archive of this key.</summary>
    /// <exception cref="Problems.GateException">DBG0320: it cannot be used, or describes another archive.</exception>
    public async Task<ManifestFile> OpenAsync(string archiveKey, CancellationToken ct)
    {
        var key = BackupManifest.KeyOf(archiveKey);
        var file = ManifestFile.Read(await store.ReadBytesAsync(key, ManifestFile.Limit, ct), $"{store.Location}/{key}");
        return file.Manifest.Archive.Key == archiveKey
            ? file
            : throw ManifestProblems.Unreadable($"{store.Location}/{key}", $"it describes {file.Manifest.Archive.Key}");
    }
}

using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Storage;

namespace DbGate.Backups;

/// <summary>A backup as its store shows it: an archive and its manifest.</summary>
/// <param name="Name">Database, environment and time, as the name states.</param>
/// <param name="Archive">The archive.</param>
/// <param name="Manifest">Its manifest.</param>
sealed record CatalogEntry(BackupName Name, StoredObject Archive, StoredObject Manifest);

/// <summary>A manifest, which commits a backup, with its archive if that is there.</summary>
/// <param name="ArchiveKey">The archive's key.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Archive">The archive; null when it is missing.</param>
sealed record CommittedEntry(string ArchiveKey, StoredObject Manifest, StoredObject? Archive);

/// <summary>What one store holds. Listing reads no contents; a backup is trusted only after its manifest was opened.</summary>
/// <param name="store">The store.</param>
sealed class BackupCatalog(IObjectStore store)
{
    /// <summary>The backups of an environment, newest first by the store's clock. Archives without a manifest are none.</summary>
    /// <param name="environment">In lower case; null = all.</param>
    /// <param name="database">The database's name; null = all.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<IReadOnlyList<CatalogEntry>> ListAsync(string? environment, string? database, CancellationToken cancellationToken)
    {
        var objects = await ObjectsAsync(environment, database, cancellationToken);
        return
        [
            .. objects.Values
                .Select(archive =>
                    (archive, Name: BackupName.Find(archive.Key), Manifest: objects.GetValueOrDefault(BackupManifest.KeyOf(archive.Key))))
                .Where(found => found.Manifest is not null && found.Name?.IsOf(environment, database) == true)
                .Select(found => new CatalogEntry(found.Name!, found.archive, found.Manifest!))
                .OrderByDescending(entry => entry.Manifest.LastModified)
                .ThenByDescending(entry => entry.Archive.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>Every manifest of an environment, newest first by the store's clock, also one whose archive is missing.</summary>
    internal async Task<IReadOnlyList<CommittedEntry>> ListCommittedAsync(string environment, string? database,
        CancellationToken cancellationToken)
    {
        var objects = await ObjectsAsync(environment, database, cancellationToken);
        return
        [
            .. objects.Values
                .Where(stored => stored.Key.EndsWith(BackupManifest.Ending, StringComparison.Ordinal))
                .Select(manifest => (Manifest: manifest, Key: manifest.Key[..^BackupManifest.Ending.Length]))
                .Where(found => BackupName.Find(found.Key)?.IsOf(environment, database) == true)
                .Select(found => new CommittedEntry(found.Key, found.Manifest, objects.GetValueOrDefault(found.Key)))
                .OrderByDescending(entry => entry.Manifest.LastModified)
                .ThenByDescending(entry => entry.ArchiveKey, StringComparer.Ordinal),
        ];
    }

    async Task<Dictionary<string, StoredObject>> ObjectsAsync(string? environment, string? database, CancellationToken cancellationToken)
    {
        var prefix = environment is not null && database is not null ? BackupName.For(database, environment, default).Prefix : "";
        var objects = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        await foreach (var stored in store.ListAsync(prefix, cancellationToken))
        {
            objects[stored.Key] = stored;
        }

        return objects;
    }

    /// <summary>The newest verified backup whose archive is there in full length; null when there is none.</summary>
    public async Task<CatalogEntry?> FindNewestAsync(string environment, string? database, CancellationToken cancellationToken)
    {
        foreach (var entry in await ListAsync(environment, database, cancellationToken))
        {
            if (await ReadLevelAsync(entry, cancellationToken) >= VerificationLevel.ReadBack)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Backups as retention needs to know them. A manifest that cannot be used makes a record without a level.</summary>
    /// <param name="environment">In lower case; null = all.</param>
    /// <param name="database">The database's name; null = all.</param>
    /// <param name="restoreTests">When a restore of which archive last succeeded, by its key.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<IReadOnlyList<BackupRecord>> ReadRecordsAsync(
        string? environment, string? database, IReadOnlyDictionary<string, DateTimeOffset> restoreTests,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(restoreTests);
        var entries = await ListAsync(environment, database, cancellationToken);
        var levels = await ParallelReads.SelectAsync(entries, ReadLevelAsync, cancellationToken);
        return
        [
            .. entries.Zip(levels, (entry, level) => new BackupRecord(
                entry.Archive.Key,
                entry.Manifest.Key,
                entry.Name.Name,
                entry.Name.Environment,
                entry.Manifest.LastModified,
                level,
                restoreTests.TryGetValue(entry.Archive.Key, out var tested) ? tested : null,
                entry.Archive.Length)),
        ];
    }

    /// <summary>How old a backup is, by the store's clock.</summary>
    public async Task<TimeSpan> AgeAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return await store.ReadClockAsync(cancellationToken) - entry.Manifest.LastModified;
    }

    /// <summary>Reads an entry's manifest.</summary>
    /// <exception cref="GateException">DBG0320: it cannot be used, or describes another archive.</exception>
    public Task<ManifestFile> OpenAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return OpenAsync(entry.Archive.Key, cancellationToken);
    }

    /// <summary>Reads the manifest of the archive of this key.</summary>
    /// <exception cref="GateException">DBG0320: it cannot be used, or describes another archive.</exception>
    public async Task<ManifestFile> OpenAsync(string archiveKey, CancellationToken cancellationToken)
    {
        var key = BackupManifest.KeyOf(archiveKey);
        var file = ManifestFile.Read(await store.ReadBytesAsync(key, ManifestFile.Limit, cancellationToken), $"{store.Location}/{key}");
        return file.Manifest.Archive.Key == archiveKey
            ? file
            : throw ManifestProblems.Unreadable($"{store.Location}/{key}", $"it describes {file.Manifest.Archive.Key}");
    }

    async Task<VerificationLevel?> ReadLevelAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = (await OpenAsync(entry, cancellationToken)).Manifest;
            return manifest.Archive.Length == entry.Archive.Length ? manifest.Verification.Proven : null;
        }
        catch (GateException fault) when (fault.Problem.Code == ManifestProblems.UnreadableCode)
        {
            return null;
        }
    }
}

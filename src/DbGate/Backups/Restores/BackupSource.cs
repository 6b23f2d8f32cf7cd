using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;
using DbGate.Storage.Local;

namespace DbGate.Backups.Restores;

/// <summary>Which backup is wanted.</summary>
/// <param name="Store">Where it is.</param>
/// <param name="Environment">Whose, in lower case.</param>
sealed record BackupChoice(IObjectStore Store, string Environment)
{
    /// <summary>The archive's key; null takes the newest verified backup of the environment.</summary>
    public string? Key { get; init; }

    /// <summary>The database that the newest backup must be of; null = any of the environment's.</summary>
    public string? Database { get; init; }

    /// <summary>The key that must have signed it; null when none is known.</summary>
    public SigningKey? SigningKey { get; init; }
}

/// <summary>A backup whose manifest was read and whose archive is still to be verified.</summary>
/// <param name="Store">Where it is.</param>
/// <param name="File">Its manifest.</param>
/// <param name="Signature">How far the manifest can be trusted.</param>
sealed record BackupSource(IObjectStore Store, ManifestFile File, SignatureState Signature)
{
    public BackupManifest Manifest => File.Manifest;

    public string Key => Manifest.Archive.Key;

    public ArchiveReader Archive { get; } = new(Store, File.Manifest);

    /// <summary>An archive on this machine, with its manifest next to it; asked for by name, whatever made it.</summary>
    public static async Task<BackupSource> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var store = new LocalStore(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new(store, await new BackupCatalog(store).OpenAsync(Path.GetFileName(path), cancellationToken), SignatureState.NotChecked);
    }

    /// <summary>Finds the backup and reads its manifest.</summary>
    /// <exception cref="GateException">DBG0324 none; DBG0320 the manifest; DBG0321 its signature; DBG0706 another
    /// environment's.</exception>
    public static async Task<BackupSource> FindAsync(BackupChoice choice, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(choice.Store);
        var key = choice.Key
            ?? await NewestBackup.FindAsync(choice.Store, choice.Environment, choice.Database, cancellationToken)
            ?? throw ManifestProblems.NoBackup(choice.Store.Location, choice.Environment, choice.Database ?? "any database");
        if (choice.Key is not null && await choice.Store.HeadAsync(BackupManifest.KeyOf(key), cancellationToken) is null)
        {
            var there = await catalog.ListAsync(choice.Environment, choice.Database, cancellationToken);
            throw ManifestProblems.NoBackupOfThisName(choice.Store.Location, key, [.. there.Take(3).Select(entry => entry.Archive.Key)]);
        }

        var file = await catalog.OpenAsync(key, cancellationToken);
        var signature = file.Check(choice.SigningKey);
        if (signature == SignatureState.Invalid)
        {
            throw ManifestProblems.Signature($"{choice.Store.Location}/{BackupManifest.KeyOf(key)}", signature, choice.SigningKey!.Id);
        }

        // Backups are signed here, and no one asked for this one by its name.
        if (choice is { Key: null, SigningKey: not null } && signature == SignatureState.NotSigned)
        {
            throw RestoreProblems.NotTrusted(key, signed: false);
        }

        // The newest one was not asked for by name: it must be what its name states, so that no older backup can pass for it.
        var manifest = file.Manifest;
        if (choice.Key is null && BackupName.For(manifest.Source.DatabaseName, manifest.Environment, manifest.Times.Started).Key != key)
        {
            throw RestoreProblems.OtherEnvironment(
                key, $"{manifest.Source.DatabaseName} ({manifest.Environment}) of {manifest.Times.Started:yyyy-MM-dd HH:mm:ss}Z",
                choice.Environment);
        }

        return manifest.Environment == choice.Environment
            ? new(choice.Store, file, signature)
            : throw RestoreProblems.OtherEnvironment(key, manifest.Environment, choice.Environment);
    }
}

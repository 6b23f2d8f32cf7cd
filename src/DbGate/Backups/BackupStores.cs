using DbGate.Storage;
using DbGate.Configuration;

namespace DbGate.Backups;

/// <summary>The stores that the settings ask for.</summary>
static class BackupStores
{
    /// <summary>
    /// The buckets when uploads are on, and then the folder too when it is to keep a copy; evidence is read from the first.
    /// </summary>
    public static IReadOnlyList<IObjectStore> Open(Settings settings)
    {
        var chosen = StoreChoice.From(new StoreSettings(
            settings.Get(BackupSettings.UploadEnabled),
            settings.Get(BackupSettings.S3Bucket),
            settings.Get(BackupSettings.GcsBucket),
            settings.GetPath(BackupSettings.Folder),
            name => StoreVariables.Read(settings, name)));
        var folder = new StoreOptions.Folder(settings.GetPath(BackupSettings.Folder));
        return [.. chosen.Concat(settings.Get(BackupSettings.KeepLocal) ? [folder] : [])
            .Distinct()
            .Select(options => ObjectStores.Open(options))];
    }
}

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
        var chosen = StoreChoice.Of(new StoreSettings(
            settings.Get(SettingsCatalog.BackupUploadEnabled),
            settings.Get(SettingsCatalog.S3Bucket),
            settings.Get(SettingsCatalog.GcsBucket),
            settings.GetPath(SettingsCatalog.BackupFolder),
            name => StoreVariables.Read(settings, name)));
        var folder = new StoreOptions.Folder(settings.GetPath(SettingsCatalog.BackupFolder));
        return [.. chosen.Concat(settings.Get(SettingsCatalog.BackupKeepLocal) ? [folder] : [])
            .Distinct()
            .Select(options => ObjectStores.Open(options))];
    }
}

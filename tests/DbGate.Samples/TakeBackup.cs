using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Storage;

namespace Acme;

public static class TakeBackup
{
    public static async Task<string> RunAsync(string databaseUrl, string folder)
    {
        var backup = await Backup.TakeAsync(new BackupRequest
        {
            Url = PostgresUrl.Parse(databaseUrl),
            Environment = "production",
            Stores = [ObjectStores.Open(new StoreOptions.Folder(folder))],
        });
        return $"{backup.Key}: {backup.Manifest.Tables.Sum(table => table.Rows)} rows";
    }
}

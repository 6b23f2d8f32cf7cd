using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Signing;

namespace DbGate.Releases;

/// <summary>Makes backup requests of a run's settings.</summary>
static class BackupRequests
{
    public static async Task<BackupRequest> ForAsync(GateContext context, CancellationToken cancellationToken)
    {
        var stores = BackupStores.Open(context.Settings);
        var environment = context.Environment.ToString().ToLowerInvariant();
        var url = context.Target.DirectUrl;
        var catalog = new BackupCatalog(stores[0]);
        var last = await catalog.FindNewestAsync(environment, url.Database, cancellationToken);
        return new BackupRequest
        {
            Url = url,
            Environment = environment,
            Stores = stores,
            Options = new DumpOptions
            {
                CompressionLevel = Set(context.Settings.Get(BackupSettings.Compression)),
                Jobs = Set(context.Settings.Get(BackupSettings.Jobs)),
                Reader = context.Settings.Get(BackupSettings.Reader),
                LockTimeout = context.Settings.Get(BackupSettings.LockTimeout),
                AllowStandby = context.Settings.Get(BackupSettings.AllowStandby),
            },
            AcceptNewDatabase = context.Settings.Get(BackupSettings.AcceptNewDatabase),
            GitCommit = Commits.Find(context.Settings.Root),
            Tool = $"DbGate {ToolVersion.Current}",
            Key = Key(context.Settings),
            Last = last is null ? null : (await catalog.OpenAsync(last, cancellationToken)).Manifest,
            Clock = context.Clock,
        };
    }

    /// <summary>The key that signs; null when none is set.</summary>
    public static SigningKey? Key(Settings settings) =>
        settings.Find(BackupSettings.SigningKey) is { } key ? SigningKey.Load(key.Text, key.Source.Name) : null;

    static int? Set(int value) => value == 0 ? null : value;
}

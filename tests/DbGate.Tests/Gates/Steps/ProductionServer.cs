using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.Tests.Gates.Steps;

/// <summary>A server with TLS, and the settings with which production's rules hold on it.</summary>
sealed class ProductionServer : IAsyncDisposable
{
    readonly ThrowawayServer server;

    ProductionServer(ThrowawayServer server) => this.server = server;

    public static async Task<ProductionServer> StartAsync() => new(await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true }));

    public Task<TestDatabase> CreateDatabaseAsync() => TestDatabase.CreateAsync(server.Url);

    public static Settings Settings(Wallet wallet, TestDatabase database, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["DBGATE_ENVIRONMENT"] = "production",
            ["DATABASE_URL"] = database.UrlText,
            ["DATABASE_MAX_CONNECTIONS"] = "20",
            ["BACKUP_ENABLED"] = "true",
            ["BACKUP_RETENTION_DAYS"] = "30",
            ["LAST_BACKUP_RESTORE_TEST_DATE"] = DateTime.UtcNow.ToString("yyyy-MM-dd"),
            ["DBGATE_ENGINE"] = "direct",
        };
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return SettingsReader.Read(new Dictionary<string, string>(), variables, wallet.Folder);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

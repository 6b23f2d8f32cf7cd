using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Scratch;

namespace DbGate.Service.Tests;

/// <summary>The wallet, deployed to a database, and settings with which it is ready in production.</summary>
sealed class ServedProject : IAsyncDisposable
{
    readonly ThrowawayServer? own;

    ServedProject(Wallet wallet, TestDatabase database, ThrowawayServer? own) => (Wallet, Database, this.own) = (wallet, database, own);

    public Wallet Wallet { get; }

    public TestDatabase Database { get; }

    /// <summary>The server of its own.</summary>
    public ThrowawayServer Server => own ?? throw new InvalidOperationException("It stands on the shared server.");

    /// <summary>On the server that the tests share, or on one of its own with TLS.</summary>
    public static async Task<ServedProject> CreateAsync(bool ownServer = false)
    {
        var server = ownServer ? await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true }) : null;
        var database = server is null ? await TestDatabase.CreateAsync() : await TestDatabase.CreateAsync(server.Url);
        var project = new ServedProject(Wallet.Copy(), database, server);
        await using var run =
            new GateRunner(new GateContext(project.Read(("DBGATE_ENVIRONMENT", "development"), ("BACKUP_ENABLED", "false"))));
        var deploy = await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
        Assert.That(deploy.Result.Summary, Is.EqualTo("4 applied, 4/4 migrations applied"));
        return project;
    }

    public Settings Read(params (string Name, string Value)[] more) => Read(new Dictionary<string, string>(), more);

    public Settings Read(IReadOnlyDictionary<string, string> options, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["DBGATE_ENVIRONMENT"] = "staging",
            ["DATABASE_URL"] = Database.UrlText,
            ["DATABASE_MAX_CONNECTIONS"] = "20",
            ["BACKUP_ENABLED"] = "true",
            ["BACKUP_RETENTION_DAYS"] = "30",
            ["LAST_BACKUP_RESTORE_TEST_DATE"] = DateTime.UtcNow.ToString("yyyy-MM-dd"),
            ["DBGATE_ENGINE"] = "direct",
            ["DBGATE_ADMIN_TOKEN"] = RunningService.Token,
            ["DBGATE_SERVICE_CACHE_PERIOD"] = "2m",
            ["DBGATE_SERVICE_CHECK_TIMEOUT"] = "2m",
        };
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return SettingsReader.Read(options, variables, Wallet.Folder);
    }

    /// <summary>Sessions of DbGate's service that the server knows of.</summary>
    public Task<long> SessionsAsync() =>
        Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name like 'dbgate-%'");

    public async ValueTask DisposeAsync()
    {
        Wallet.Dispose();
        await Database.DisposeAsync();
        if (own is not null)
        {
            await own.DisposeAsync();
        }
    }
}

using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Testing.Http;

namespace DbGate.EndToEnd;

/// <summary>A wallet project with a production database that is one migration behind, and everything set as a release wants it.</summary>
sealed class Shop : IAsyncDisposable
{
    /// <summary>A build on a busy machine, and the release.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    readonly HttpDouble application = Application(200, """{"status":"ready","checks":{}}""");

    readonly PolicyFile policy = new();

    Shop(Wallet wallet, TestDatabase database) => (Wallet, Database) = (wallet, database);

    public Wallet Wallet { get; }

    public TestDatabase Database { get; }

    /// <summary>Variables of the release; a test changes what it is about. Null removes one.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>The installed tool that runs the gates instead of build.sh.</summary>
    public string? Tool { get; set; }

    /// <summary>
    /// A database with the four migrations of today, deployed by DbGate itself; the other tests' databases are copies of it.
    /// </summary>
    public static async Task<TestDatabase> DeployTodayAsync(ThrowawayServer server)
    {
        var database = await TestDatabase.CreateAsync(server.Url);
        using var wallet = Wallet.Copy();
        (await new Shop(wallet, database).RunAsync("migrate-deploy", "--environment=development", "--engine=direct")).Succeeded();
        return database;
    }

    public static async Task<Shop> OpenAsync(ReleaseServer production)
    {
        var shop = new Shop(Wallet.Copy(), await TestDatabase.CreateAsync(production.Server.Url, production.Today));
        shop.Wallet.UpgradeToNext();
        shop.Allow("""{ "approvals": { "production": { "required": 0 } } }""");
        shop.Environment["DATABASE_URL_PROD"] = shop.Database.Url.WithParameter("sslmode", "require").Reveal();
        shop.Environment["DATABASE_MAX_CONNECTIONS"] = "20";
        shop.Environment["BACKUP_ENABLED"] = "true";
        shop.Environment["BACKUP_RETENTION_DAYS"] = "30";
        shop.Environment["LAST_BACKUP_RESTORE_TEST_DATE"] = DateTime.UtcNow.ToString("yyyy-MM-dd");
        shop.Environment["READY_URL"] = shop.application.Url.ToString();
        return shop;
    }

    /// <summary>An application that answers every request with the same status and body.</summary>
    public static HttpDouble Application(int status, string body) => new(exchange => exchange.Answer(status, body, "application/json"));

    /// <summary>Starts <c>build.sh --target=release</c> for production, as a person would, in the project's folder.</summary>
    public Task<ShellResult> ReleaseAsync(params string[] options) =>
        RunAsync("release", ["--environment=production", "--engine=direct", .. options]);

    public Task<ShellResult> RunAsync(string target, params string[] options) =>
        Shell.RunAsync(
            Tool ?? Path.Combine(Repository.Root, "build.sh"),
            [Tool is null ? $"--target={target}" : target, .. options],
            Wallet.Folder,
            Variables(),
            deadline: Deadline);

    /// <summary>All variables of the release, for anyone who runs it.</summary>
    public Dictionary<string, string?> Variables() => new(Environment)
    {
        ["DATABASE_URL"] = Environment.GetValueOrDefault("DATABASE_URL", Database.UrlText),
        ["CI"] = null,

        // Those of a runner that runs these tests are not the release's.
        ["GITHUB_ACTIONS"] = Environment.GetValueOrDefault("GITHUB_ACTIONS"),
        ["RUNNER_ENVIRONMENT"] = null,
        ["GITHUB_STEP_SUMMARY"] = Environment.GetValueOrDefault("GITHUB_STEP_SUMMARY"),
        ["GITHUB_OUTPUT"] = Environment.GetValueOrDefault("GITHUB_OUTPUT"),
    };

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(Wallet.Folder, path), text);

    public string[] Backups() =>
        Directory.Exists(Path.Combine(Wallet.Folder, "backups"))
            ? Directory.GetFiles(Path.Combine(Wallet.Folder, "backups"), "*_production_*.manifest.json")
            : [];

    /// <summary>Writes the policy file of the run's environment.</summary>
    public void Allow(string rules) => Environment["DBGATE_POLICY_FILE"] = policy.Write(rules);

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        policy.Dispose();
        await Database.DisposeAsync();
        Wallet.Dispose();
    }
}

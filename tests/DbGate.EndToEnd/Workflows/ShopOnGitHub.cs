using DbGate.Postgres;
using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>The shop of the other tests as a repository with secrets, variables and a runner that executes its workflows.</summary>
sealed class ShopOnGitHub : IAsyncDisposable
{
    const string Environment = "production";
    const long Run = 4711;

    readonly string machine = Directory.CreateTempSubdirectory("dbgate-machine-").FullName;
    readonly GitHubDouble gitHub = new();
    readonly Shop shop;
    readonly WorkflowRunner runner;

    ShopOnGitHub(Shop shop)
    {
        this.shop = shop;
        runner = new WorkflowRunner(shop.Wallet.Folder, new Dictionary<string, string?>
        {
            ["GITHUB_API_URL"] = gitHub.ApiUrl,

            // Between the jobs of a real run the store is a bucket; a runner of one's own may as well share a folder.
            ["DBGATE_BACKUP_FOLDER"] = Path.Combine(machine, "backups"),
            ["READY_TIMEOUT"] = "2s",
            ["GITHUB_OUTPUT"] = null,
        });
    }

    public TestDatabase Database => shop.Database;

    public static async Task<ShopOnGitHub> OpenAsync(ThrowawayServer server, TestDatabase today)
    {
        var shop = await Shop.OpenAsync(server, today);
        shop.Write("dbgate.json", $$"""{ "migrations": { "engine": "direct" }, "backup": { "lastRestoreTestDate": "{{DateTime.UtcNow:yyyy-MM-dd}}" } }""");
        Directory.CreateDirectory(Path.Combine(shop.Wallet.Folder, ".github"));
        shop.Write(".github/dbgate-approvers", "@ben # release manager\ncara\n");
        var opened = new ShopOnGitHub(shop);
        await opened.GitAsync("init", "--quiet", "--initial-branch=main");
        await opened.CommitAsync("the next release");
        return opened;
    }

    /// <summary>Somebody else's work goes on.</summary>
    public async Task CommitAsync(string message)
    {
        shop.Write("NOTES", message);
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", message);
    }

    public GitHubDouble GitHub => gitHub;

    /// <summary>The environment asks these; one of them says yes now, on GitHub's page.</summary>
    public async Task ReviewAsync(string person)
    {
        gitHub.AddEnvironment(Environment, preventsSelfReview: false, "ana", "ben");
        gitHub.Deployments.Clear();
        gitHub.Reviews.Clear();
        gitHub.AddDeployment(await CommitAsync(), Environment, Run, ("waiting", DateTimeOffset.UtcNow.AddSeconds(-1)), ("in_progress", DateTimeOffset.UtcNow));
        gitHub.AddReview(person, "approved", "", Environment);
    }

    /// <summary>The environment asks nobody.</summary>
    public void LeaveUnguarded() => gitHub.AddEnvironment(Environment, preventsSelfReview: false);

    public Task<IReadOnlyDictionary<string, JobResult>> RunAsync(
        string actor, IReadOnlyDictionary<string, string>? inputs = null, IReadOnlyDictionary<string, JobResult>? kept = null, string workflow = "release-gate.yml", string? until = null) =>
        runner.RunAsync(
            workflow,
            inputs ?? new Dictionary<string, string>(),
            actor,
            new Dictionary<string, string> { ["DATABASE_URL_PROD"] = shop.Environment["DATABASE_URL_PROD"]! },
            new Dictionary<string, string>
            {
                ["BACKUP_ENABLED"] = "true",
                ["BACKUP_RETENTION_DAYS"] = "30",
                ["DATABASE_MAX_CONNECTIONS"] = "20",
                ["READY_URL"] = shop.Environment["READY_URL"]!,
            },
            kept,
            until);

    public Task<long> AppliedAsync() => Database.ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null");

    public async ValueTask DisposeAsync()
    {
        await shop.DisposeAsync();
        await gitHub.DisposeAsync();
        Directory.Delete(machine, recursive: true);
    }

    async Task<string> CommitAsync() => (await Shell.RunAsync("git", ["rev-parse", "HEAD"], shop.Wallet.Folder)).Succeeded().Output.Trim();

    async Task GitAsync(params string[] arguments) => (await Shell.RunAsync("git", arguments, shop.Wallet.Folder)).Succeeded();
}

using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>The shop of the other tests as a repository with secrets, variables and a runner that executes its workflows.</summary>
sealed class ShopOnGitHub : IAsyncDisposable
{
    const string Environment = "production";

    readonly string machine = Directory.CreateTempSubdirectory("dbgate-machine-").FullName;
    readonly GitHubDouble gitHub = new();
    readonly Shop shop;
    readonly WorkflowRunner runner;

    ShopOnGitHub(Shop shop)
    {
        this.shop = shop;
        runner = new WorkflowRunner(shop.Wallet.Folder, gitHub, new Dictionary<string, string?>
        {
            // Between the jobs of a real run the store is a bucket; a runner of one's own may as well share a folder.
            ["DBGATE_BACKUP_FOLDER"] = Path.Combine(machine, "backups"),
            ["GITHUB_OUTPUT"] = null,

            // The protected place that grants what dbgate.json asks for.
            ["DBGATE_POLICY_FILE"] = Path.Combine(machine, "policy.json"),
        });
    }

    /// <summary>Of the environment of the jobs that reach the database.</summary>
    public IReadOnlyDictionary<string, string> Secrets =>
        new Dictionary<string, string> { ["DATABASE_URL_PROD"] = shop.Environment["DATABASE_URL_PROD"]! };

    public TestDatabase Database => shop.Database;

    /// <param name="server">Where its databases are.</param>
    /// <param name="today">Copied for it.</param>
    /// <param name="settings">Its <c>dbgate.json</c>.</param>
    /// <param name="files">Further files.</param>
    public static async Task<ShopOnGitHub> OpenAsync(
        ThrowawayServer server, TestDatabase today, string? settings = null, params (string Path, string Text)[] files)
    {
        var shop = await Shop.OpenAsync(new(server, today));
        var rules =
            settings
                ?? $$"""{ "migrations": { "engine": "direct" }, "backup": { "lastRestoreTestDate": "{{DateTime.UtcNow:yyyy-MM-dd}}" } }""";
        shop.Write("dbgate.json", rules);
        Directory.CreateDirectory(Path.Combine(shop.Wallet.Folder, ".github"));
        foreach (var (path, text) in files)
        {
            shop.Write(path, text);
        }

        shop.Write(".github/dbgate-approvers", "@ben # release manager\ncara\n");
        var opened = new ShopOnGitHub(shop);
        await File.WriteAllTextAsync(Path.Combine(opened.machine, "policy.json"), rules);
        await GitRepository.CommitAsync(shop.Wallet.Folder, "the next release", "init", "--quiet", "--initial-branch=main");
        return opened;
    }

    /// <summary>A person else's work goes on.</summary>
    public async Task CommitAsync(string message, (string Name, string Sql)? migration = null)
    {
        shop.Write("NOTES", message);
        if (migration is { } added)
        {
            shop.Wallet.AddMigration(added.Name, added.Sql);
        }

        await GitRepository.CommitAsync(shop.Wallet.Folder, message);
    }

    public GitHubDouble GitHub => gitHub;

    /// <summary>The environment asks these; one of them states yes now, on GitHub's page.</summary>
    public async Task ReviewAsync(string person, string comment = "")
    {
        gitHub.AddEnvironment(Environment, preventsSelfReview: false, "ana", "ben");
        gitHub.Deployments.Clear();
        gitHub.Reviews.Clear();
        gitHub.AddDeployment(
            await CommitAsync(), Environment, WorkflowRunner.RunId, ("waiting", DateTimeOffset.UtcNow.AddSeconds(-1)),
            ("in_progress", DateTimeOffset.UtcNow));
        gitHub.AddReview(person, "approved", comment, Environment);
    }

    /// <summary>The environment asks no one.</summary>
    public void LeaveUnguarded()
    {
        gitHub.AddEnvironment(Environment, preventsSelfReview: false);
        gitHub.Reviews.Clear();
    }

    public Task<IReadOnlyDictionary<string, JobResult>> RunAsync(
        string actor, IReadOnlyDictionary<string, string>? inputs = null, IReadOnlyDictionary<string, JobResult>? kept = null,
        string workflow = "release-gate.yml", string? until = null) =>
        RunAsync(new(workflow, actor)
        {
            Inputs = inputs ?? new Dictionary<string, string>(),
            Secrets = Secrets,
            Kept = kept ?? new Dictionary<string, JobResult>(),
            Until = until,
        });

    public Task<IReadOnlyDictionary<string, JobResult>> RunAsync(WorkflowCall call) => runner.RunAsync(call with
    {
        Variables = new Dictionary<string, string>
        {
            ["BACKUP_ENABLED"] = "true",
            ["BACKUP_RETENTION_DAYS"] = "30",
            ["DATABASE_MAX_CONNECTIONS"] = "20",
            ["READY_URL"] = shop.Environment["READY_URL"]!,
            ["LAST_BACKUP_RESTORE_TEST_DATE"] = shop.Environment["LAST_BACKUP_RESTORE_TEST_DATE"]!,
        },
    });

    public Task<long> AppliedAsync() => Database.ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null");

    public async ValueTask DisposeAsync()
    {
        await shop.DisposeAsync();
        await gitHub.DisposeAsync();
        runner.Dispose();
        Directory.Delete(machine, recursive: true);
    }

    async Task<string> CommitAsync() => (await Shell.RunAsync("git", ["rev-parse", "HEAD"], shop.Wallet.Folder)).Succeeded().Output.Trim();
}

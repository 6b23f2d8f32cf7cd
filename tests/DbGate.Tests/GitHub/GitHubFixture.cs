using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.GitHub;
using DbGate.GitHub.Api;
using DbGate.GitHub.Approvals;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Resilience;
using DbGate.Testing.GitHub;
using DbGate.Testing.Http;
using NUnit.Framework.Interfaces;

namespace DbGate.Tests.GitHub;

/// <summary>
/// A workflow run before a GitHub with a memory. After each test every request that was made is checked against GitHub's own description
/// (<see cref="Prism"/>; on a machine without Node.js only CI does that).
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
abstract class GitHubFixture
{
    protected const string Sha = "8da586f0123456789abcdef0123456789abcdef0";
    protected const long RunId = 4242;

    internal static readonly RetryOptions Quick =
        GitHubApi.Retries with { Attempts = 4, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2) };

    readonly GatedProject project = new();

    protected GitHubDouble GitHub { get; init; } = new();

    protected string Prefix { get; init; } = "";

    protected string Root => project.Root;

    protected string Outbox => Path.Combine(Root, "artifacts", "dbgate", "unpublished");

    protected Dictionary<string, string> Variables { get; } = [];

    [SetUp]
    public void BeInAWorkflow()
    {
        Variables["GITHUB_ACTIONS"] = "true";
        Variables["GITHUB_REPOSITORY"] = GitHubDouble.Repository;
        Variables["GITHUB_API_URL"] = GitHub.ApiUrl;
        Variables["GITHUB_SERVER_URL"] = "https://github.com";
        Variables["GITHUB_TOKEN"] = GitHubDouble.Token;
        Variables["GITHUB_RUN_ID"] = $"{RunId}";
        Variables["GITHUB_SHA"] = Sha;
        Variables["GITHUB_ACTOR"] = "mia";
        Variables["DBGATE_ENVIRONMENT"] = "production";
    }

    [TearDown]
    public async Task EveryRequestIsGitHubs()
    {
        var seen = GitHub.Seen;
        await GitHub.DisposeAsync();
        project.Dispose();
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed || (Shell.Find("npm") is null && !Counterpart.IsRequired))
        {
            return;
        }

        var prism = await Prism.SharedAsync();
        foreach (var exchange in seen.DistinctBy(exchange => (exchange.Method, exchange.Target, Convert.ToHexString(exchange.Body))))
        {
            Assert.That(await prism.CheckAsync(exchange, Prefix), Is.Null);
        }
    }

    protected static GateReport Passing => Report(new StepResult { Summary = "1 migration applied" });

    protected static GateReport Report(StepResult result, string step = "migrate-deploy")
    {
        var now = DateTimeOffset.UtcNow;
        return new()
        {
            ToolVersion = "1.4.2",
            Environment = "production",
            Target = "postgresql://app:***@db.example.com:5432/shop",
            Commit = Sha,
            StartedAt = now.AddSeconds(-12),
            FinishedAt = now,
            Steps = [new StepReport(new StepDescriptor(step, "would"), result, TimeSpan.FromSeconds(12))],
        };
    }

    protected static GateReport Blocked(
        int problems = 1, string message = "prisma db push is reachable", string file = "scripts/start.sh") => Report(new StepResult
    {
        Summary = "blocked",
        Problems = [.. Enumerable.Range(1, problems).Select(line => Finding(message, file, line))],
    }, "forbid-db-push");

    protected static Problem Finding(string message, string file, int line) =>
        new(new ProblemCode("DBG0401", "A destructive command is reachable", ExitCode.Blocked), message)
        {
            Location = new SourceLocation(file, line),
            Cause = "the image's start command",
            Fix = "npx prisma migrate deploy",
        };

    protected GateContext Context(params (string Name, string Value)[] variables)
    {
        var all = new Dictionary<string, string>(Variables);
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        return new(project.Read(all), GateServices.Real with
        {
            Publishers = [new GitHubPublisher(Quick, GitHubApi.Transport)],
            ApprovalSources = [new GitHubApprovals(Quick, GitHubApi.Transport)],
        });
    }

    protected async Task<PublicationOutcome> PublishAsync(GateReport? report, params (string Name, string Value)[] variables)
    {
        await using var context = Context(variables);
        return await Publications.PublishAsync(context, report, CancellationToken.None);
    }

    /// <summary>Publishes, and demands that nothing was left or refused.</summary>
    protected async Task PublishedAsync(GateReport report, params (string Name, string Value)[] variables)
    {
        var outcome = await PublishAsync(report, variables);
        Assert.That(outcome.Problems.Select(problem => $"{problem.Code} {problem.Message}"), Is.Empty);
    }

    /// <summary>The event of a pull request, and the variables that name it.</summary>
    protected (string, string)[] PullRequest(string from = GitHubDouble.Repository, string head = Sha)
    {
        project.With("event.json", $$"""{"pull_request":{"number":7,"head":{"sha":"{{head}}","repo":{"full_name":"{{from}}"} } } }""");
        return [("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_EVENT_PATH", project.Of("event.json"))];
    }

    protected string File(string name, string text) => project.With(name, text).Of(name);

    protected static bool IsPost(HttpExchange exchange, string end) =>
        exchange.Method == "POST" && exchange.Path.EndsWith(end, StringComparison.Ordinal);

    protected static string Text(JsonObject one, string name) => one[name]!.GetValue<string>();
}

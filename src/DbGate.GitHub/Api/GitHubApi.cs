using System.Net;
using System.Text.Json;
using DbGate.Gates;
using DbGate.Resilience;
using Octokit;
using Octokit.Internal;

namespace DbGate.GitHub.Api;

/// <summary>One connection with GitHub, for one piece of work with a deadline.</summary>
sealed class GitHubApi : IDisposable
{
    const string Json = "application/vnd.github+json";

    readonly HttpClientAdapter adapter;
    readonly GitHubClient client;

    public GitHubApi(
        GitHubOptions settings, RetryOptions retries, Func<HttpMessageHandler> transport, TimeProvider clock, DateTimeOffset end,
        CancellationToken deadline)
    {
        (Settings, Retry, Clock, Deadline) = (settings, retries, clock, deadline);
        adapter = new HttpClientAdapter(() => new RetryHandler(retries, clock, end, deadline) { InnerHandler = transport() });
        client = new GitHubClient(new Connection(
            new ProductHeaderValue("DbGate", ToolVersion.Current),
            settings.ApiUrl,
            new InMemoryCredentialStore(new Credentials(settings.Token)),
            adapter,
            new SimpleJsonSerializer()));
    }

    /// <summary>Each request and each write; the deadline of the work ends them earlier.</summary>
    public static RetryOptions Retries { get; } = new()
    {
        Attempts = 5,
        FirstPause = TimeSpan.FromMilliseconds(500),
        AttemptTimeout = TimeSpan.FromSeconds(20),
        Deadline = TimeSpan.FromDays(1),
    };

    public GitHubOptions Settings { get; }

    public string Owner => Settings.Owner;

    public string Name => Settings.Name;

    public RetryOptions Retry { get; }

    public TimeProvider Clock { get; }

    public CancellationToken Deadline { get; }

    public ICheckRunsClient Checks => client.Check.Run;

    public ICommitStatusClient Statuses => client.Repository.Status;

    public IDeploymentStatusClient DeploymentStatuses => client.Repository.Deployment.Status;

    public IIssuesClient Issues => client.Issue;

    public IActionsWorkflowRunsClient Runs => client.Actions.Workflows.Runs;

    /// <summary>
    /// Proxies are those of the usual variables (HTTPS_PROXY, NO_PROXY). Redirects are Octokit's to follow: it takes the token off.
    /// </summary>
    public static HttpMessageHandler Transport() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Reads what Octokit's model lacks, or breaks at.</summary>
    /// <param name="path">Under the repository, such as <c>environments/production</c>.</param>
    public async Task<JsonElement> GetAsync(string path) =>
        Parse((await client.Connection.Get<string>(At(path), EmptyQuery, Json, Deadline)).HttpResponse);

    /// <summary>All pages of a list.</summary>
    /// <param name="path">Under the repository, perhaps with a query.</param>
    /// <param name="mostPages">Where to stop.</param>
    /// <param name="member">The member that holds the items; null where the answer is the list.</param>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, int mostPages, string? member = null)
    {
        var all = new List<JsonElement>();
        for (var page = 1; page <= mostPages; page++)
        {
            var answer =
                await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}per_page={PageSize}&page={page}");
            var items = member is null ? answer : answer.GetProperty(member);
            all.AddRange(items.EnumerateArray());
            if (items.GetArrayLength() < PageSize)
            {
                break;
            }
        }

        return all;
    }

    /// <summary>Posts what Octokit has no method for, and ignores what is answered.</summary>
    public Task PostAsync(string path, string json) =>
        client.Connection.Post<string>(At(path), json, Json, "application/json", EmptyQuery, Deadline);

    /// <summary>The token's account; null for a token that has none, such as a workflow's.</summary>
    public async Task<string?> AccountAsync()
    {
        try
        {
            return (await client.User.Current()).Login;
        }
        catch (ApiException exception) when (GitHubErrors.IsRefusal(exception))
        {
            return null;
        }
    }

    public void Dispose() => adapter.Dispose();

    const int PageSize = 100;

    static readonly Dictionary<string, string> EmptyQuery = [];

    Uri At(string path) => new($"repos/{Owner}/{Name}/{path}", UriKind.Relative);

    static JsonElement Parse(IResponse response)
    {
        using var document = JsonDocument.Parse((string)response.Body);
        return document.RootElement.Clone();
    }
}

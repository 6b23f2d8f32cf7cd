using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.GitHub.Api;
using DbGate.GitHub.Parts;
using DbGate.Publishing;
using DbGate.Releases.Plans;
using DbGate.Releases;
using DbGate.Resilience;

namespace DbGate.GitHub.Approvals;

/// <summary>Reads who reviewed this workflow run in its environment, and under which rules.</summary>
public sealed class GitHubApprovals : IApprovalSource
{
    const int MostAttempts = 50; // each costs a request

    readonly RetryOptions retries;
    readonly Func<HttpMessageHandler> transport;

    /// <summary>For the real GitHub.</summary>
    public GitHubApprovals()
        : this(GitHubApi.Retries, GitHubApi.Transport)
    {
    }

    internal GitHubApprovals(RetryOptions retries, Func<HttpMessageHandler> transport) => (this.retries, this.transport) =
        (retries, transport);

    /// <inheritdoc/>
    public string Name => "github";

    Task<ReviewHistory> IApprovalSource.ReadAsync(GateContext context, Plan plan, string digest, CancellationToken cancellationToken) =>
        ReadAsync(context, plan, digest, cancellationToken);

    internal async Task<ReviewHistory> ReadAsync(GateContext context, Plan plan, string digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(digest);
        if (GitHubOptions.Read(context.Settings) is not { } settings
            || ActionsRun.Read(context.Settings) is not { Id: { } id, Commit: { } commit } run)
        {
            throw GitHubProblems.NoRun();
        }

        using var end = new CancellationTokenSource(settings.Timeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        using var api =
            new GitHubApi(settings, retries, transport, context.Clock, context.Clock.GetUtcNow() + settings.Timeout, either.Token);
        var told = new RunReviews(
            run,
            settings.Environment,
            await ReadAsync(
                $"the reviews of run {id}", "actions: read", () => ReviewsAsync(api, id, settings.Environment), cancellationToken),
            await OptionalAsync(
                $"environment \"{settings.Environment}\"", "actions: read",
                async () => EnvironmentRules.Read(await api.GetAsync($"environments/{Uri.EscapeDataString(settings.Environment)}")),
                cancellationToken),
            await OptionalAsync(
                $"the deployments of run {id}", "deployments: read", () => OpeningsAsync(api, commit, settings.Environment, id),
                cancellationToken))
        {
            EarlierActors = await ReadAsync(
                $"the attempts of run {id}", "actions: read", () => EarlierActorsAsync(api, id, run.Attempt), cancellationToken),
        };
        return ReviewJudgement.From(told, plan, digest, context.Settings.Get(GitHubSettings.Binding));
    }

    static async Task<IReadOnlyList<RunReview>> ReviewsAsync(GitHubApi api, long run, string environment) =>
    [
        .. (await api.Runs.GetReviewHistory(api.Owner, api.Name, run))
            .Where(review =>
                review.Environments.Any(reviewed => string.Equals(reviewed.Name, environment, StringComparison.OrdinalIgnoreCase)))
            .Select(review => new RunReview(review.User?.Login ?? "ghost", review.State.StringValue, review.Comment ?? "")),
    ];

    /// <summary>Who ran the run again before this attempt. The runner reports only the account of the attempt that runs.</summary>
    static async Task<IReadOnlyList<string>> EarlierActorsAsync(GitHubApi api, long run, int attempt)
    {
        var actors = new List<string>();
        for (var earlier = Math.Max(2, attempt - MostAttempts); earlier < attempt; earlier++)
        {
            if ((await api.GetAsync($"actions/runs/{run}/attempts/{earlier}")).TryGetProperty("triggering_actor", out var actor)
                && actor.ValueKind == JsonValueKind.Object)
            {
                actors.Add(actor.GetProperty("login").GetString()!);
            }
        }

        return actors;
    }

    /// <summary>A deployment that had to wait stops waiting by its review: its next status is of that moment.</summary>
    static async Task<IReadOnlyList<DateTimeOffset>> OpeningsAsync(GitHubApi api, string commit, string environment, long run) =>
    [
        .. (await RunDeployments.ListAsync(api, commit, environment, run))
            .Select(deployment => deployment.Steps.SkipWhile(step => step.State != "waiting")
            .SkipWhile(step => step.State == "waiting")
            .FirstOrDefault())
            .OfType<DeploymentStep>()
            .Select(step => step.At)
            .Order(),
    ];

    /// <summary>What the token may not read is null; what GitHub does not answer is a fault.</summary>
    static async Task<T?> OptionalAsync<T>(string what, string permission, Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ReadAsync(what, permission, read, cancellationToken);
        }
        catch (Problems.GateException exception) when (exception.InnerException is { } inner && GitHubErrors.IsRefusal(inner))
        {
            return null;
        }
    }

    static async Task<T> ReadAsync<T>(string what, string permission, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw GitHubProblems.Unreadable(what, GitHubErrors.Describe(exception), permission, exception);
        }
    }
}

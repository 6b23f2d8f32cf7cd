using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using Octokit;

namespace DbGate.GitHub.Parts;

/// <summary>The commit status <c>dbgate/production</c>: branch rules and other tools read it.</summary>
static class CommitStatuses
{
    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication.Sha is not { } sha)
        {
            return null;
        }

        var context = publication.StatusContext;
        var status = new NewCommitStatus
        {
            Context = context,
            State = publication.Conclusion switch
            {
                "success" => CommitState.Success,
                "cancelled" => CommitState.Error,
                _ => CommitState.Failure,
            },
            Description = Limits.Fit(publication.Title, Limits.Description),
            TargetUrl = publication.StampedPage,
        };
        if (!IsSettled(await ListAsync(api, sha, context), status, publication, api.Clock))
        {
            await IdempotentWrites.OnceAsync(
                api,
                async () => (await ListAsync(api, sha, context)).FirstOrDefault(found => IsSame(found, status)),
                () => api.Statuses.Create(api.Owner, api.Name, sha, status),
                made => made.Id > 0);
            await ShowNewestAsync(api, sha, context);
        }

        return $"status {context}";
    }

    /// <summary>
    /// GitHub shows the status that was created last. Of two runs that publish at once, the one that creates last sees both, and repeats
    /// the newer one.
    /// </summary>
    static async Task ShowNewestAsync(GitHubApi api, string sha, string context)
    {
        var shown = await ListAsync(api, sha, context);
        if (shown.MaxBy(status => Stamp.Find(status.TargetUrl) ?? DateTimeOffset.MinValue) is { } newest
            && shown.MaxBy(status => (status.CreatedAt, status.Id)) is { } last
            && Stamp.Find(last.TargetUrl) < Stamp.Find(newest.TargetUrl))
        {
            await api.Statuses.Create(api.Owner, api.Name, sha, new NewCommitStatus
            {
                Context = context, State = newest.State.Value, Description = newest.Description, TargetUrl = newest.TargetUrl,
            });
        }
    }

    static async Task<IReadOnlyList<CommitStatus>> ListAsync(GitHubApi api, string sha, string context) =>
        [.. (await api.Statuses.GetAll(api.Owner, api.Name, sha)).Where(status => status.Context == context)];

    /// <summary>True when this verdict is shown already, or one that came after it.</summary>
    static bool IsSettled(IReadOnlyList<CommitStatus> shown, NewCommitStatus ours, Publication publication, TimeProvider clock) =>
        shown.Any(status => IsSame(status, ours) || Stamp.Find(status.TargetUrl) > publication.At)
        || (shown.MaxBy(status => (status.CreatedAt, status.Id)) is { } newest
        && Stamp.Find(newest.TargetUrl) is null
        && publication.IsOlderThan(newest.CreatedAt, clock));

    static bool IsSame(CommitStatus status, NewCommitStatus ours) =>
        status.State.TryParse(out var state)
            && state == ours.State
            && status.Description == ours.Description
            && status.TargetUrl == ours.TargetUrl;
}

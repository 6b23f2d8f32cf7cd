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
            TargetUrl = publication.RunUrl,
        };
        var newest = await NewestAsync(api, sha, context);
        if (newest is null || !(IsSame(newest, status) || publication.IsOlderThan(newest.CreatedAt, api.Clock)))
        {
            await Writes.OnceAsync(
                api,
                async () => await NewestAsync(api, sha, context) is { } found && IsSame(found, status) ? found : null,
                () => api.Statuses.Create(api.Owner, api.Name, sha, status),
                made => made.Id > 0);
        }

        return $"status {context}";
    }

    static async Task<CommitStatus?> NewestAsync(GitHubApi api, string sha, string context) =>
        (await api.Statuses.GetAll(api.Owner, api.Name, sha)).Where(status => status.Context == context).MaxBy(status => (status.CreatedAt, status.Id));

    static bool IsSame(CommitStatus status, NewCommitStatus ours) =>
        status.State.TryParse(out var state) && state == ours.State && status.Description == ours.Description && status.TargetUrl == ours.TargetUrl;
}

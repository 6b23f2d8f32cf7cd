using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using Octokit;

namespace DbGate.GitHub.Parts;

/// <summary>One comment for each target on the pull request: updated by every verdict, never repeated.</summary>
static class Comments
{
    const int MostPullRequestPages = 1;

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if ((publication.PullRequest ?? await PullRequestOfAsync(api, publication.Sha)) is not { } number)
        {
            return null;
        }

        var marker = new Marker("verdict", publication.Environment, publication.TargetKey);
        var body = Limits.FitLines(marker.Put(publication.Body, publication.At), Limits.Text, publication.RunUrl);
        var existing = await FindAsync(api, number, marker)
            ?? await IdempotentWrites.OnceAsync(
                api, () => FindAsync(api, number, marker), () => api.Issues.Comment.Create(api.Owner, api.Name, number, body),
                made => made.Id > 0);
        if (marker.Find(existing.Body) < publication.At)
        {
            await IdempotentWrites.OnceAsync(
                api,
                async () => await FindAsync(api, number, marker) is { } found && marker.Find(found.Body) >= publication.At ? found : null,
                () => api.Issues.Comment.Update(api.Owner, api.Name, existing.Id, body),
                made => made.Id > 0);
        }

        return $"comment on #{number}";
    }

    /// <summary>The oldest, so that of two that were written at the same moment always the same one is updated. A person who writes the
    /// marker by hand does not count: comments of bots only, or of the token's own account.</summary>
    static async Task<IssueComment?> FindAsync(GitHubApi api, int number, Marker marker)
    {
        var marked = (await api.Issues.Comment.GetAllForIssue(api.Owner, api.Name, number, new ApiOptions { PageSize = 100 }))
            .Where(comment => marker.Find(comment.Body) is not null).OrderBy(comment => comment.Id).ToArray();
        return marked.FirstOrDefault(comment => comment.User?.Type == AccountType.Bot)
            ?? (marked.Length > 0 && await api.AccountAsync() is { } account
                ? marked.FirstOrDefault(comment => comment.User?.Login == account)
                : null);
    }

    static async Task<int?> PullRequestOfAsync(GitHubApi api, string? sha)
    {
        if (sha is null)
        {
            return null;
        }

        var pulls = await api.ListAsync($"commits/{Uri.EscapeDataString(sha)}/pulls", MostPullRequestPages);
        return pulls.OrderBy(pull => pull.GetProperty("state").GetString() == "open" ? 0 : 1)
            .ThenByDescending(pull => pull.GetProperty("number").GetInt32())
            .Select(pull => (int?)pull.GetProperty("number").GetInt32()).FirstOrDefault();
    }
}

using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using Octokit;

namespace DbGate.GitHub.Parts;

/// <summary>One issue for each target whose restore test is overdue: opened once, reopened when it is overdue again, closed by a test that
/// passed and by nothing else.</summary>
static class RestoreTestIssues
{
    // The label keeps the search short: GitHub's own search lags behind, which would open a second issue.
    const string Label = "dbgate";

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication.RestoreTest is not { } news)
        {
            return null;
        }

        var marker = new Marker("restore-test", publication.Environment, publication.TargetKey);
        var body = Limits.FitLines(marker.Put(news.Text, publication.At), Limits.Text, publication.RunUrl);
        if (await FindAsync(api, marker) is not { } issue)
        {
            if (!news.IsOverdue)
            {
                return null;
            }

            var opened = await IdempotentWrites.OnceAsync(
                api,
                () => FindAsync(api, marker),
                () => api.Issues.Create(api.Owner, api.Name, new NewIssue(news.Title) { Body = body, Labels = { Label } }),
                made => made.Number > 0);
            return $"issue #{opened.Number}, opened";
        }

        var state = news.IsOverdue ? ItemState.Open : ItemState.Closed;
        if (IsIn(issue, state)
            || marker.Find(issue.Body) >= publication.At
            || publication.IsOlderThan(issue.ClosedAt ?? DateTimeOffset.MinValue, api.Clock))
        {
            return news.IsOverdue && IsIn(issue, ItemState.Open) ? $"issue #{issue.Number}, open" : null;
        }

        await IdempotentWrites.OnceAsync(
            api,
            async () => await FindAsync(api, marker) is { } found && IsIn(found, state) ? found : null,
            () => api.Issues.Update(api.Owner, api.Name, issue.Number, new IssueUpdate
            {
                State = state,
                StateReason = news.IsOverdue ? ItemStateReason.Reopened : ItemStateReason.Completed,
                Body = body,
            }),
            made => made.Number > 0);
        return $"issue #{issue.Number}, {(news.IsOverdue ? "reopened" : "closed")}";
    }

    static bool IsIn(Issue issue, ItemState state) => issue.State.TryParse(out var found) && found == state;

    static async Task<Issue?> FindAsync(GitHubApi api, Marker marker)
    {
        var request = new RepositoryIssueRequest { State = ItemStateFilter.All, Filter = IssueFilter.All };
        request.Labels.Add(Label);
        return (await api.Issues.GetAllForRepository(api.Owner, api.Name, request, new ApiOptions { PageSize = 100 }))
            .Where(issue => issue.PullRequest is null && marker.Find(issue.Body) is not null)
            .MinBy(issue => issue.Number);
    }
}

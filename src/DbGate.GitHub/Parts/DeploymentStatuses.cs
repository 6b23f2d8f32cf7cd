using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using Octokit;

namespace DbGate.GitHub.Parts;

/// <summary>
/// A status on the deployment that the job's own <c>environment:</c> made. Where there is none, none is made: a second deployment would
/// show two for one release.
/// </summary>
static class DeploymentStatuses
{
    static readonly string[] Final = ["success", "failure", "error", "inactive"];

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication is not { RunId: { } runId, RunSha: { } sha }
            || await RunDeployments.ListAsync(api, sha, publication.GitHubEnvironment, runId) is not [var deployment, ..])
        {
            return null;
        }

        var description = Limits.Fit(publication.Title, Limits.Description);
        var newest = deployment.Steps[^1];
        if (newest.Description == description || (Final.Contains(newest.State) && publication.IsOlderThan(newest.At, api.Clock)))
        {
            return $"deployment to {publication.GitHubEnvironment}"; // said already, or GitHub has closed it since
        }

        var status = new NewDeploymentStatus(State(publication))
        {
            Description = description,
            LogUrl = publication.RunUrl,
            AutoInactive = false,
        };
        await Writes.OnceAsync(
            api,
            async () => (await RunDeployments.ListAsync(api, sha, publication.GitHubEnvironment, runId)).FirstOrDefault(found => found.Id == deployment.Id && found.Steps[^1].Description == description),
            async () =>
            {
                await api.DeploymentStatuses.Create(api.Owner, api.Name, deployment.Id, status);
                return deployment;
            });
        return $"deployment to {publication.GitHubEnvironment}";
    }

    // Only a release that deployed is a success; after a plan or an approval the job, and with it the deployment, goes on.
    static DeploymentState State(Publication publication) => publication.Conclusion switch
    {
        "success" when publication.IsReleased => DeploymentState.Success,
        "success" => DeploymentState.InProgress,
        "cancelled" => DeploymentState.Error,
        _ => DeploymentState.Failure,
    };
}

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
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly string[] Final = ["success", "failure", "error", "inactive"];

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication is not { RunId: { } runId, RunSha: { } sha }
            || await RunDeployments.ListAsync(api, sha, publication.GitHubEnvironment, runId) is not [var deployment, ..])
        {
            return null;
        }

        var description = Limits.Fit(publication.Title, Limits.Description);
        if (deployment.Steps.Any(step => Stamp.Find(step.LogUrl) >= publication.At) || IsClosed(deployment.Steps[^1], publication))
        {
            return $"deployment to {publication.GitHubEnvironment}"; // shown already, or a newer verdict is, or GitHub has closed it since
        }

        var status = new NewDeploymentStatus(State(publication))
        {
            Description = description,
            LogUrl = publication.StampedPage,
            AutoInactive = false,
        };
        await IdempotentWrites.OnceAsync(
            api,
            async () => (await RunDeployments.ListAsync(api, sha, publication.GitHubEnvironment, runId))
                .FirstOrDefault(found => found.Id == deployment.Id && found.Steps.Any(step => Stamp.Find(step.LogUrl) == publication.At)),
            async () =>
            {
                await api.DeploymentStatuses.Create(api.Owner, api.Name, deployment.Id, status);
                return deployment;
            });
        return $"deployment to {publication.GitHubEnvironment}";
    }

    /// <summary>
    /// GitHub closes a deployment when its job ends, at a time of whole seconds. A verdict of that job is older, also when it is published
    /// later.
    /// </summary>
    static bool IsClosed(DeploymentStep newest, Publication publication) =>
        Final.Contains(newest.State) && Stamp.Find(newest.LogUrl) is null && newest.At + Second > publication.At;

    // Only a release that deployed is a success; after a plan or an approval the job, and with it the deployment, goes on.
    static DeploymentState State(Publication publication) => publication.Conclusion switch
    {
        "success" when publication.IsReleased => DeploymentState.Success,
        "success" => DeploymentState.InProgress,
        "cancelled" => DeploymentState.Error,
        _ => DeploymentState.Failure,
    };
}

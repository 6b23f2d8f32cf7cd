using System.Text.Json;
using DbGate.GitHub.Api;

namespace DbGate.GitHub.Parts;

/// <summary>A status of a deployment.</summary>
/// <param name="Id">Its number: GitHub's times are whole seconds.</param>
/// <param name="State">As GitHub writes it; <c>waiting</c>, which Octokit does not know, is among them.</param>
/// <param name="At">When.</param>
/// <param name="LogUrl">The page that it names.</param>
/// <param name="Description">What it states.</param>
sealed record DeploymentStep(long Id, string State, DateTimeOffset At, string LogUrl, string Description);

/// <summary>A deployment that a job with an environment made.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Steps">Its statuses, the oldest first.</param>
sealed record RunDeployment(long Id, IReadOnlyList<DeploymentStep> Steps);

/// <summary>
/// The deployments that a workflow run's own jobs made. Read without Octokit's model: a foreign deployment's nested payload breaks it.
/// </summary>
static class RunDeployments
{
    // A commit is deployed to one environment a few times; each deployment costs a request.
    const int MostDeployments = 30;
    const int MostPages = 3;

    /// <summary>Those of this run in this environment, the newest first.</summary>
    public static async Task<IReadOnlyList<RunDeployment>> ListAsync(GitHubApi api, string sha, string environment, long runId)
    {
        var found = new List<RunDeployment>();
        var deployments =
            await api.ListAsync($"deployments?sha={Uri.EscapeDataString(sha)}&environment={Uri.EscapeDataString(environment)}", MostPages);
        foreach (var id in deployments.Select(deployment => deployment.GetProperty("id").GetInt64())
            .OrderDescending()
            .Take(MostDeployments))
        {
            var steps =
                (await api.ListAsync($"deployments/{id}/statuses", MostPages)).Select(Read).OrderBy(step => (step.At, step.Id)).ToArray();
            if (steps.Any(step => IsOf(step.LogUrl, runId)))
            {
                found.Add(new(id, steps));
            }
        }

        return found;
    }

    static DeploymentStep Read(JsonElement status) => new(
        status.GetProperty("id").GetInt64(),
        Text(status, "state"),
        status.GetProperty("created_at").GetDateTimeOffset(),
        Text(status, "log_url") is { Length: > 0 } log ? log : Text(status, "target_url"),
        Text(status, "description"));

    static string Text(JsonElement status, string name) =>
        status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static bool IsOf(string page, long runId)
    {
        var run = $"/actions/runs/{runId}";
        return page.EndsWith(run, StringComparison.Ordinal)
            || page.Contains(run + "/", StringComparison.Ordinal)
            || page.Contains(run + "#", StringComparison.Ordinal);
    }
}

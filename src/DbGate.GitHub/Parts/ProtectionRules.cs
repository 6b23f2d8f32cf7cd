using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using DbGate.Problems;
using Octokit;

namespace DbGate.GitHub.Parts;

/// <summary>Answers a deployment that waits for DbGate as a custom deployment protection rule.</summary>
static partial class ProtectionRules
{
    const int LongestEvent = 32 << 20;

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication.Protection is not { } rule)
        {
            return null;
        }

        var isApproved = publication.Conclusion == "success";
        var page = publication.RunUrl is null ? "" : $"\n{publication.RunUrl}";

        // Whole lines: a code span that is cut in two is none, and what it holds would be read.
        var comment = Limits.FitLines($"{publication.Title}{page}\n\n{publication.Body}", Limits.ProtectionComment, null);
        var answer = new JsonObject
        {
            ["environment_name"] = rule.Environment,
            ["state"] = isApproved ? "approved" : "rejected",
            ["comment"] = comment,
        }.ToJsonString();

        // An answer that was lost is given again: the same answer twice is refused, which then means that the first one arrived.
        var isRepeated = false;
        await IdempotentWrites.OnceAsync(
            api,
            () => Task.FromResult<string?>(null),
            async () =>
            {
                try
                {
                    await api.PostAsync($"actions/runs/{rule.RunId}/deployment_protection_rule", answer);
                }
                catch (ApiException exception) when (isRepeated && GitHubErrors.IsRefusal(exception) && exception is not ForbiddenException)
                {
                    // It no longer waits.
                }
                finally
                {
                    isRepeated = true;
                }

                return answer;
            });
        return $"protection rule of {rule.Environment}: {(isApproved ? "approved" : "rejected")}";
    }

    /// <summary>Reads GitHub's event. Of its callback address only the run's number is used, so that the token goes nowhere else.</summary>
    /// <param name="path">The file with the event.</param>
    /// <param name="settings">The repository that it must be about.</param>
    /// <exception cref="GateException">DBG0916.</exception>
    public static ProtectionRule Read(string path, GitHubOptions settings)
    {
        try
        {
            if (new FileInfo(path).Length > LongestEvent)
            {
                throw GitHubProblems.Event($"{path} is too long for an event");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var repository = root.GetProperty("repository").GetProperty("full_name").GetString();
            if (!string.Equals(repository, settings.Repository, StringComparison.OrdinalIgnoreCase))
            {
                throw GitHubProblems.Event($"the event is about {repository}, not about {settings.Repository}");
            }

            return Callback().Match(root.GetProperty("deployment_callback_url").GetString() ?? "") is { Success: true } match
                && long.TryParse(match.Groups["run"].ValueSpan, out var run)
                && root.GetProperty("environment").GetString() is { Length: > 0 } environment
                ? new(run, environment)
                : throw GitHubProblems.Event("the event names no workflow run, or no environment");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                or InvalidOperationException)
        {
            throw GitHubProblems.Event($"{path} cannot be read as an event: {exception.Message}");
        }
    }

    [GeneratedRegex("/actions/runs/(?<run>[0-9]{1,18})/deployment_protection_rule$")]
    private static partial Regex Callback();
}

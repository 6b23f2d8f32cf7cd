using System.Globalization;
using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Releases.Evidence;

namespace DbGate.GitHub;

/// <summary>The workflow run that this process is part of, as the runner's variables and the event tell.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Server">Such as <c>https://github.com</c>.</param>
/// <param name="Id">The run's number.</param>
/// <param name="Attempt">1, and one more with each re-run.</param>
/// <param name="Commit">What it runs on; for a pull request a merge that no branch has.</param>
/// <param name="Actors">Who caused it: the actor, and who started a re-run.</param>
sealed record ActionsRun(
    string Repository, string Server, long? Id, int Attempt, string? Commit, IReadOnlyList<string> Actors)
{
    const int LongestEvent = 32 << 20;
    const string OfBase = "pull_request_target";

    /// <summary>The pull request that the event is about.</summary>
    public int? PullRequest { get; private init; }

    /// <summary>Its branch's newest commit.</summary>
    public string? PullRequestHead { get; private init; }

    /// <summary>
    /// True under <c>pull_request_target</c>: the run is of the base branch, and nothing of the pull request is checked out unless a step
    /// does so. The pull request's commit is then none that anyone has read.
    /// </summary>
    public bool IsOfBase { get; private init; }

    /// <summary>True when the branch is another repository's and the token may therefore only read.</summary>
    public bool IsOfFork { get; private init; }

    /// <summary>The run's page; null when its number is not known.</summary>
    public string? Page => Id is { } id ? $"{Server}/{Repository}/actions/runs/{id}" : null;

    /// <summary>Null outside of Actions.</summary>
    public static ActionsRun? Read(Settings settings)
    {
        if (Variable("GITHUB_ACTIONS") != "true")
        {
            return null;
        }

        var run = new ActionsRun(
            Variable("GITHUB_REPOSITORY") ?? "",
            (Variable("GITHUB_SERVER_URL") ?? "https://github.com").TrimEnd('/'),
            long.TryParse(Variable("GITHUB_RUN_ID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
            int.TryParse(Variable("GITHUB_RUN_ATTEMPT"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 1,
            Variable("GITHUB_SHA"),
            [.. new[] { Variable("GITHUB_ACTOR"), Variable("GITHUB_TRIGGERING_ACTOR") }.OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase)]);
        var eventName = Variable("GITHUB_EVENT_NAME") ?? "";
        return (run with { IsOfBase = eventName == OfBase }).With(Variable("GITHUB_EVENT_PATH"), eventName);

        // Of the process alone: a file in the repository must not state which run this is.
        string? Variable(string name) =>
            settings.Variables.GetValueOrDefault(name) is { Text.Length: > 0, Source.Layer: SettingLayer.Environment } value
                ? value.Text
                : null;
    }

    ActionsRun With(string? path, string eventName)
    {
        if (path is null || !eventName.StartsWith("pull_request", StringComparison.Ordinal))
        {
            return this;
        }

        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= LongestEvent })
            {
                return this;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var pull = document.RootElement.GetProperty("pull_request");
            var head = pull.GetProperty("head");
            var source =
                head.GetProperty("repo") is { ValueKind: JsonValueKind.Object } repo ? repo.GetProperty("full_name").GetString() : null;
            return this with
            {
                PullRequest = pull.GetProperty("number").GetInt32(),
                PullRequestHead = head.GetProperty("sha").GetString(),
                IsOfFork = eventName != OfBase && !string.Equals(source, Repository, StringComparison.OrdinalIgnoreCase),
            };
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                or InvalidOperationException or FormatException)
        {
            return this; // an event of a shape that nobody documented; the commit is known all the same
        }
    }
}

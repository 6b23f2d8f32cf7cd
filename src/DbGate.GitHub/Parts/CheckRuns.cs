using System.Text.Json;
using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using Octokit;
using Annotation = DbGate.GitHub.Drafts.Annotation;

namespace DbGate.GitHub.Parts;

/// <summary>The check run: one for each verdict, with the problems at their places.</summary>
static class CheckRuns
{
    const int MostPages = 10;

    public static async Task<string?> PublishAsync(GitHubApi api, Publication publication)
    {
        if (publication.Sha is not { } sha)
        {
            return null;
        }

        var all = await ListAsync(api, publication, sha);
        if (all.Any(check => publication.IsBefore(check.ExternalId)))
        {
            return null; // the newest is what people and branch rules read
        }

        var batches = publication.Annotations.Select(Render).Chunk(Limits.AnnotationsPerRequest).ToArray();
        var check = all.FirstOrDefault(check => check.ExternalId == publication.Id) ?? await IdempotentWrites.OnceAsync(
            api,
            async () => (await ListAsync(api, publication, sha)).FirstOrDefault(check => check.ExternalId == publication.Id),
            async () =>
                (await api.Checks.Create(api.Owner, api.Name, Create(publication, sha, batches.FirstOrDefault() ?? []))) is { Id: > 0 } made
                ? new ShownCheck(made.Id, publication.Id, batches.FirstOrDefault()?.Length ?? 0)
                : throw new InvalidDataException("accepted, and not made yet"));

        // Each update appends: how many GitHub has reports which batch is next, after a lost answer too.
        for (var next = check.Annotations; next < publication.Annotations.Count; next += Limits.AnnotationsPerRequest)
        {
            var (batch, after) = (publication.Annotations.Skip(next).Take(Limits.AnnotationsPerRequest).Select(Render).ToArray(), next);
            await IdempotentWrites.OnceAsync(
                api,
                async () => (await ListAsync(api, publication, sha))
                    .FirstOrDefault(found => found.Id == check.Id && found.Annotations > after),
                async () =>
                {
                    await api.Checks.Update(api.Owner, api.Name, check.Id, new CheckRunUpdate { Output = Output(publication, batch) });
                    return check;
                });
        }

        await ShowNewestAsync(api, publication, sha, check.Id);
        return $"check run \"{publication.CheckName}\" on {sha[..Math.Min(12, sha.Length)]}";
    }

    /// <summary>
    /// GitHub shows the check run that was created last. Of two runs that publish at once, the one that creates last sees both: when its
    /// verdict is the older one, its check run shows the newer one.
    /// </summary>
    static async Task ShowNewestAsync(GitHubApi api, Publication publication, string sha, long own)
    {
        var newer = (await ListAsync(api, publication, sha)).Where(check => publication.IsBefore(check.ExternalId) && check.Id < own)
            .MaxBy(check => check.ExternalId[check.ExternalId.LastIndexOf(':')..], StringComparer.Ordinal);
        if (newer is { Conclusion: { } conclusion })
        {
            await api.Checks.Update(api.Owner, api.Name, own, new CheckRunUpdate
            {
                ExternalId = newer.ExternalId,
                DetailsUrl = newer.DetailsUrl,
                Status = CheckStatus.Completed,
                Conclusion = conclusion == "success"
                    ? CheckConclusion.Success
                    : conclusion == "cancelled"
                    ? CheckConclusion.Cancelled
                    : CheckConclusion.Failure,
                Output = new(newer.Title ?? publication.CheckName, newer.Summary ?? ""),
            });
        }
    }

    /// <summary>Read without Octokit's model, which breaks at a check run that waits: it has no start, and a state of its own.</summary>
    static async Task<IReadOnlyList<ShownCheck>> ListAsync(GitHubApi api, Publication publication, string sha) =>
    [
        .. (await api.ListAsync(
            $"commits/{sha}/check-runs?check_name={Uri.EscapeDataString(publication.CheckName)}&filter=all", MostPages, "check_runs"))
            .Select(check => new ShownCheck(
                check.GetProperty("id").GetInt64(),
                check.GetProperty("external_id").GetString() ?? "",
                check.GetProperty("output").GetProperty("annotations_count").GetInt32())
            {
                Conclusion = Text(check, "conclusion"),
                DetailsUrl = Text(check, "details_url"),
                Title = Text(check.GetProperty("output"), "title"),
                Summary = Text(check.GetProperty("output"), "summary"),
            }),
    ];

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A check run as GitHub has it.</summary>
    sealed record ShownCheck(long Id, string ExternalId, int Annotations)
    {
        public string? Conclusion { get; init; }

        public string? DetailsUrl { get; init; }

        public string? Title { get; init; }

        public string? Summary { get; init; }
    }

    // Completed at once, with its conclusion: whatever interrupts the annotations, the verdict is.
    static NewCheckRun Create(Publication publication, string sha, NewCheckRunAnnotation[] annotations) => new(publication.CheckName, sha)
    {
        ExternalId = publication.Id,
        DetailsUrl = publication.RunUrl,
        Status = CheckStatus.Completed,
        Conclusion = publication.Conclusion switch
        {
            "success" => CheckConclusion.Success,
            "cancelled" => CheckConclusion.Cancelled,
            _ => CheckConclusion.Failure,
        },
        StartedAt = publication.StartedAt,
        CompletedAt = publication.At,
        Output = Output(publication, annotations),
    };

    static NewCheckRunOutput Output(Publication publication, NewCheckRunAnnotation[] annotations) =>
        new(publication.Title, Limits.FitLines(publication.Body, Limits.Text, publication.RunUrl)) { Annotations = annotations };

    static NewCheckRunAnnotation Render(Annotation annotation)
    {
        var level = annotation.Level switch
        {
            "failure" => CheckAnnotationLevel.Failure,
            "warning" => CheckAnnotationLevel.Warning,
            _ => CheckAnnotationLevel.Notice,
        };
        return new(annotation.Path, annotation.Line, annotation.Line, level, annotation.Message)
        {
            Title = annotation.Title,
            StartColumn = annotation.Column,
            EndColumn = annotation.Column,
        };
    }
}

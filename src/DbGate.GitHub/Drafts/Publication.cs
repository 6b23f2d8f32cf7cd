using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Texts;

namespace DbGate.GitHub.Drafts;

/// <summary>Everything that a verdict shows on GitHub, and where. It states all by itself, so that a later run can publish it.</summary>
sealed record Publication
{
    /// <summary>The version of this shape that is written and read.</summary>
    public const int CurrentFormat = 1;

    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    /// <summary>The version of this shape.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Reports this verdict from every other: <see cref="Series"/>, the run, and the time.</summary>
    public string Id => $"{Series}{RunId ?? 0}:{At.UtcTicks:D19}";

    /// <summary>The beginning of <see cref="Id"/> for every verdict about this target.</summary>
    [JsonIgnore]
    public string Series => $"{EnvironmentPrefix}{TargetKey}:";

    string EnvironmentPrefix => $"dbgate:{Environment}:";

    /// <summary>When the run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the run ended: an older verdict never replaces a newer one.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The API that it was meant for.</summary>
    public required string ApiUrl { get; init; }

    /// <summary><c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The commit that the verdict is about; null when none is known.</summary>
    public string? Sha { get; init; }

    /// <summary>The commit of the workflow run, which its deployment is of.</summary>
    public string? RunSha { get; init; }

    /// <summary>The workflow run.</summary>
    public long? RunId { get; init; }

    /// <summary>Its page.</summary>
    public string? RunUrl { get; init; }

    /// <summary>
    /// What a status links to, with the verdict's time: the run's page, or outside of Actions the commit's; null without either.
    /// </summary>
    [JsonIgnore]
    public string? StampedPage => (RunUrl ?? CommitPage) is { } page ? Stamp.Put(page, At) : null;

    string? CommitPage =>
        Sha is null || !Uri.TryCreate(ApiUrl, UriKind.Absolute, out var api) ? null : $"{ServerOf(api)}/{Repository}/commit/{Sha}";

    /// <summary>The pull request of the event; null when the commit's is to be found.</summary>
    public int? PullRequest { get; init; }

    /// <summary>DbGate's environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The environment's name on GitHub.</summary>
    public required string GitHubEnvironment { get; init; }

    /// <summary>Reports targets of one environment apart without naming a host.</summary>
    public required string TargetKey { get; init; }

    /// <summary>The project's folder, where a repository has several; null when it is the repository.</summary>
    public string? Folder { get; init; }

    /// <summary>The commit status's name: each project of a repository has its own, or one would hide the other's failure.</summary>
    [JsonIgnore]
    public string StatusContext => Limits.Name($"dbgate/{Environment}{(Folder is null ? "" : $"/{Folder}")}");

    /// <summary>The check run's name.</summary>
    public required string CheckName { get; init; }

    /// <summary><c>success</c>, <c>failure</c> or <c>cancelled</c>.</summary>
    public required string Conclusion { get; init; }

    /// <summary>True when migrations were deployed and everything holds.</summary>
    public bool IsReleased { get; init; }

    /// <summary>The verdict in a line.</summary>
    public required string Title { get; init; }

    /// <summary>The report as Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>Problems with a place.</summary>
    public IReadOnlyList<Annotation> Annotations { get; init; } = [];

    /// <summary>What is to be shown.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>What the run reports about the restore test; null when nothing.</summary>
    public RestoreTestNews? RestoreTest { get; init; }

    /// <summary>The protection rule that waits for an answer.</summary>
    public ProtectionRule? Protection { get; init; }

    /// <summary>
    /// True when an id is of the same environment, and of a verdict that came after this one. A run that asked for no database and one that
    /// did have different targets and the same check run: the newer of the two is what people read.
    /// </summary>
    public bool IsBefore(string? id) =>
        id is not null
            && id.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(id.LastIndexOf(':') + 1), out var ticks)
            && ticks > At.UtcTicks;

    /// <summary>
    /// True when something that GitHub dates is newer than this verdict. A verdict that has just been made is never older: the clocks of
    /// GitHub and of this machine are not one.
    /// </summary>
    public bool IsOlderThan(DateTimeOffset time, TimeProvider clock) => clock.GetUtcNow() - At > Fresh && time > At;

    /// <summary>
    /// The web server of an API: of github.com and of an Enterprise Cloud it has a name of its own, of an Enterprise Server a path.
    /// </summary>
    static string ServerOf(Uri api) =>
        api.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase)
            ? $"{api.Scheme}://{api.Authority[4..]}"
            : api.GetLeftPart(UriPartial.Authority);

    public string Write() => JsonSerializer.Serialize(this, PublicationJson.Readable.Publication);

    /// <summary>Null when it is none, or of another version.</summary>
    public static Publication? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, PublicationJson.Readable.Publication) is { Format: CurrentFormat } publication
                ? publication
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A problem at its place.</summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Line">One-based.</param>
/// <param name="Column">One-based; null when the whole line is meant.</param>
/// <param name="Level"><c>failure</c>, <c>warning</c> or <c>notice</c>.</param>
/// <param name="Title">The code and what it means.</param>
/// <param name="Message">What is wrong, why, and what fixes it.</param>
sealed record Annotation(string Path, int Line, int? Column, string Level, string Title, string Message);

/// <summary>What a run states about the restore test of its target.</summary>
/// <param name="IsOverdue">False when one has just passed.</param>
/// <param name="Title">The issue's title.</param>
/// <param name="Text">The issue's text without its marker.</param>
sealed record RestoreTestNews(bool IsOverdue, string Title, string Text);

/// <summary>A deployment that waits for this rule's answer.</summary>
/// <param name="RunId">The waiting workflow run.</param>
/// <param name="Environment">The environment's name on GitHub.</param>
sealed record ProtectionRule(long RunId, string Environment);

/// <summary>Generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(Publication))]
sealed partial class PublicationJson : JsonSerializerContext
{
    /// <summary>Names stay readable: the files are JSON by themselves, never part of a web page.</summary>
    public static PublicationJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

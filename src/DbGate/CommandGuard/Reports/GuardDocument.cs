using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DbGate.CommandGuard.Reports;

/// <summary>The JSON of a report. The order of the members is that of the document.</summary>
sealed record GuardDocument(
    string Environment,
    bool Blocks,
    int Files,
    int Entrypoints,
    IEnumerable<FindingDocument> Findings,
    IEnumerable<FlagDocument> Flags,
    IEnumerable<NotFollowedDocument> NotFollowed,
    IEnumerable<IgnoredDocument> Ignored,
    IEnumerable<UnreadableDocument> Unreadable);

/// <summary>A command that is reached.</summary>
sealed record FindingDocument(
    bool Blocks,
    string Class,
    string Tool,
    string Operation,
    string Display,
    string Effect,
    string Command,
    PlaceDocument Location,
    string Fix,
    WaiverDocument? Waiver,
    IEnumerable<PathDocument> Paths);

/// <summary>One way to a command.</summary>
sealed record PathDocument(string Context, string Reason, string Chain, IEnumerable<HopDocument> Hops);

/// <summary>One call of a way.</summary>
sealed record HopDocument(string File, int? Line, string Text);

/// <summary>Where something is.</summary>
sealed record PlaceDocument(string File, int? Line);

/// <summary>The waiver that covers a finding.</summary>
sealed record WaiverDocument(string Who, string Reason, string Expires);

/// <summary>A setting that turns a protection off.</summary>
sealed record FlagDocument(bool Blocks, string Name, string Class, string Effect, PlaceDocument Location, string Context, string Reason);

/// <summary>A place that is not followed.</summary>
sealed record NotFollowedDocument(bool Blocks, string Context, PlaceDocument Location, string Text, string Reason);

/// <summary>Entrypoints that the policy leaves out.</summary>
sealed record IgnoredDocument(string Pattern, string? File, int? Line, IReadOnlyList<string> Files);

/// <summary>A file that cannot be read.</summary>
sealed record UnreadableDocument(bool Blocks, PlaceDocument Location, string Reason);

/// <summary>Generated at compile time.</summary>
[JsonSerializable(typeof(GuardDocument))]
sealed partial class GuardDocumentJson : JsonSerializerContext
{
    /// <summary>Indented, camelCase, without nulls, with readable letters.</summary>
    public static GuardDocumentJson Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

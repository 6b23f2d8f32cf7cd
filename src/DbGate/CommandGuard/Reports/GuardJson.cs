using System.Text.Json;
using DbGate.Problems;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as JSON, byte-stable for the same report. Pure.</summary>
static class GuardJson
{
    /// <summary>Renders the report.</summary>
    public static string Render(GuardReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var document = new GuardDocument(
            report.Environment,
            report.Blocks,
            report.Files,
            report.Entrypoints,
            report.Findings.Select(Describe),
            report.Flags.Select(flag =>
                new FlagDocument(
                    flag.Blocks, flag.Name, Name(flag.Class), flag.Effect, Place(flag.Location), Name(flag.Context), flag.Reason)),
            report.NotFollowed.Select(place =>
                new NotFollowedDocument(place.Blocks, Name(place.Context), Place(place.Location), place.Text, place.Reason)),
            report.Ignored.Select(ignored => new IgnoredDocument(ignored.Pattern, ignored.File, ignored.Line, ignored.Files)),
            report.Unreadable.Select(file => new UnreadableDocument(file.IsEntrypoint, Place(file.Location), file.Reason)));
        return JsonSerializer.Serialize(document, GuardDocumentJson.Readable.GuardDocument) + "\n";
    }

    static FindingDocument Describe(GuardFinding finding) => new(
        finding.Blocks,
        Name(finding.Class),
        finding.Tool,
        finding.Operation,
        finding.Display,
        finding.Effect,
        finding.Command,
        Place(finding.Location),
        finding.Fix,
        finding.Waiver is { } waiver ? new(waiver.Who, waiver.Reason, $"{waiver.Expires:yyyy-MM-dd}") : null,
        finding.Paths.Select(path => new PathDocument(
            Name(path.Context), path.Reason, path.ToString(),
            path.Hops.Select(hop => new HopDocument(hop.Location.File, hop.Location.Line, hop.Text)))));

    static string Name(CommandClass @class) =>
        @class == CommandClass.HistoryRewriting ? "history-rewriting" : @class.ToString().ToLowerInvariant();

    static string Name(PathClass @class) => @class.ToString().ToLowerInvariant();

    static PlaceDocument Place(SourceLocation location) => new(location.File, location.Line);
}

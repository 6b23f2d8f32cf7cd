using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Problems;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as JSON, byte-stable for the same report. Pure.</summary>
public static class GuardJson
{
    static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Renders the report.</summary>
    public static string Render(GuardReport report) => JsonSerializer.Serialize(
        new
        {
            report.Environment,
            report.Blocks,
            report.Files,
            report.Entrypoints,
            Findings = report.Findings.Select(finding => new
            {
                finding.Blocks,
                Class = Name(finding.Class),
                finding.Tool,
                finding.Operation,
                finding.Display,
                finding.Effect,
                finding.Command,
                Location = Place(finding.Location),
                finding.Fix,
                Waiver = finding.Waiver is { } waiver ? new { waiver.Who, waiver.Reason, Expires = $"{waiver.Expires:yyyy-MM-dd}" } : null,
                Paths = finding.Paths.Select(path => new { Context = Name(path.Context), path.Reason, Chain = path.ToString(),
                    Hops = path.Hops.Select(hop => new { hop.Location.File, hop.Location.Line, hop.Text }) }),
            }),
            Flags = report.Flags.Select(flag => new { flag.Blocks, flag.Name, Class = Name(flag.Class), flag.Effect,
                Location = Place(flag.Location), Context = Name(flag.Context), flag.Reason }),
            NotFollowed = report.NotFollowed.Select(place =>
                new { place.Blocks, Context = Name(place.Context), Location = Place(place.Location), place.Text, place.Reason }),
            Ignored = report.Ignored.Select(ignored => new { ignored.Pattern, ignored.File, ignored.Line, ignored.Files }),
            Unreadable = report.Unreadable.Select(file => new { Blocks = file.IsEntrypoint, Location = Place(file.Location), file.Reason }),
        },
        Options) + "\n";

    static string Name(CommandClass @class) => @class == CommandClass.HistoryRewriting ? "history-rewriting" : @class.ToString()
        .ToLowerInvariant();

    static string Name(PathClass @class) => @class.ToString().ToLowerInvariant();

    static object Place(SourceLocation location) => new { location.File, location.Line };
}

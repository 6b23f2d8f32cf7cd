using System.Globalization;
using DbGate.Releases;
using DbGate.Releases.Compatibility;

namespace DbGate.Reports.Html.Sections;

/// <summary>Does the release that runs now survive this one, until its last process ends?</summary>
static class CompatibilitySection
{
    const int Shown = 20;

    /// <summary>The answer in short; null where the release was not asked for it.</summary>
    public static GlanceItem? Glance(ReleaseFacts release) => release.Compatibility is { } proof
        ? proof switch
        {
            { Report: not { Tested: > 0 } } => Item("Not tested", proof.Reason ?? "no query of it could be tested", GlanceTone.Unknown),
            { Report: { Failing.Count: > 0 } report } => Item(
                $"{Count(report.Failing.Count)} {(report.Failing.Count == 1 ? "breaks" : "break")}",
                report.Share(report.Failing) is { } share
                    ? string.Create(CultureInfo.InvariantCulture, $"{share:0.#} % of its calls")
                    : $"of {report.Tested} that were tested",
                GlanceTone.Bad),
            { Report: { Stop: { } stop } } => Item("Not tested to the end", $"up to {stop.Place.Migration}", GlanceTone.Unknown),
            { Report: { } report } => Item(
                "Safe",
                report.Breaks.Any(one => one.Weight == Migrations.Compatibility.BreakWeight.MayFail)
                    ? $"{Count(report.Tested)}; some may fail by their values" : $"{Count(report.Tested)} work as before",
                GlanceTone.Plain),
        }
        : null;

    /// <summary>The table by calls.</summary>
    public static void Write(HtmlWriter html, ReleaseFacts release)
    {
        if (release.Compatibility is not { } proof)
        {
            return;
        }

        using (Section.Open(html, "running", "Does the running release survive it?"))
        {
            if (proof.Report is not { } report)
            {
                html.Paragraph($"Not tested: {proof.Reason}", "unknown");
                return;
            }

            html.Paragraph(
                $"{char.ToUpperInvariant(report.Sentence[0])}{report.Sentence[1..]}.", report.Failing.Count > 0 ? "bad" : "good");
            html.Paragraph($"Queries from {report.Source}, tested on a copy of the schema as the roles that send them.");
            Section.List(html, report.Breaks, Shown, "query shapes", one =>
            {
                html.Element("strong", Interruptions.Word(one.Weight));
                html.Text($": {one.Words}. ");
                html.Text(one.Calls > 0 ? $"{one.Calls:N0} calls of {one.Role}" : one.Role);
                html.Text(one.Place is { } place ? $", from {place.Location} on. " : ". ");
                html.Code(one.Shape);
            });
            Section.List(
                html, report.Untested, Shown, "reasons",
                one => html.Text($"Not tested: {Count(one.Shapes)} ({one.Calls:N0} calls): {one.Why}"));
        }
    }

    static GlanceItem Item(string value, string detail, GlanceTone tone) => new("running", "Running release", value, detail, tone);

    static string Count(int shapes) => shapes == 1 ? "1 query shape" : $"{shapes} query shapes";
}

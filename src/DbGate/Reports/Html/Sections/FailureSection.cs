using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;

namespace DbGate.Reports.Html.Sections;

/// <summary>If it fails: what stays behind, and what to type, file by file.</summary>
static class FailureSection
{
    public static void Write(HtmlWriter html, Plan plan)
    {
        if (plan.Forecast.Files.Count == 0)
        {
            return;
        }

        using (Section.Open(html, "failure", "If it fails"))
        {
            html.Paragraph("A deploy that fails stops at that migration and exits with 30.");
            using (Section.Fold(html, $"What stays, and what to type: {HtmlFormat.Migrations(plan.Forecast.Files.Count)}"))
            {
                foreach (var file in plan.Forecast.Files)
                {
                    File(html, file);
                }
            }
        }
    }

    static void File(HtmlWriter html, FileForecast file)
    {
        html.Element("h3", file.Name);
        html.Paragraph(
            file.IsAllOrNothing
                ? $"Nothing of it stays behind: {file.Rule}."
                : $"It may stop after statement {file.MayStopAfter} of {file.Statements}: {file.Rule}.",
            file.IsAllOrNothing ? null : "unknown");
        foreach (var command in file.Recovery)
        {
            html.Command(command);
        }
    }
}

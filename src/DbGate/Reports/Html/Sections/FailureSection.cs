using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;

namespace DbGate.Reports.Html.Sections;

/// <summary>If it fails: what stays behind, and what to type, file by file.</summary>
static class FailureSection
{
    const int Shown = 10;

    public static void Write(HtmlWriter html, Plan plan)
    {
        if (plan.Forecast.Files.Count == 0)
        {
            return;
        }

        using (Section.Open(html, "failure", "If it fails"))
        {
            html.Paragraph("A deploy that fails stops at that migration, and exits with 30. Look at the migration that it names:");
            foreach (var file in plan.Forecast.Files.Take(Shown))
            {
                File(html, file);
            }

            if (plan.Forecast.Files.Count > Shown)
            {
                using (html.Open("details"))
                {
                    html.Element("summary", $"{plan.Forecast.Files.Count - Shown} more migrations");
                    foreach (var file in plan.Forecast.Files.Skip(Shown))
                    {
                        File(html, file);
                    }
                }
            }

            if (plan.RollbackOptions.Count > 0)
            {
                using (html.Open("p"))
                {
                    html.Text("When the data itself is wrong afterwards: ");
                    html.Element("a", "the ways back, with their times", ("href", "#back"));
                    html.Text(".");
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

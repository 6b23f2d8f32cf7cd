using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Reports.Html.Sections;

/// <summary>What no one looked at. It needs the page because a silence would read as a pass.</summary>
static class NotCheckedSection
{
    const int Shown = 40;

    public static void Write(HtmlWriter html, GateReport report)
    {
        using (Section.Open(html, "unchecked", "What was not checked"))
        {
            var items = report.NotChecked.Concat(report.Release?.Plan?.NotChecked ?? []).Distinct(StringComparer.Ordinal).ToArray();
            if (items.Length == 0)
            {
                html.Paragraph("Everything that was asked for was looked at.");
            }
            else
            {
                Section.List(html, items, Shown, "things", item => html.Text(item));
            }

            var waivers =
                report.WaiversUsed.Select(waiver =>
                    $"{waiver.Check} ({waiver.Scope}) until {waiver.Expires:yyyy-MM-dd}, by {waiver.Who}: {waiver.Reason}")
                .Concat(report.Release?.Plan?.Waivers ?? []).Distinct(StringComparer.Ordinal).ToArray();
            if (waivers.Length > 0)
            {
                html.Element("h3", "Let pass by a waiver");
                Section.List(html, waivers, Shown, "waivers", waiver => html.Text(waiver));
            }
        }
    }
}

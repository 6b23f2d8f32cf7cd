using DbGate.Releases.Plans;

namespace DbGate.Reports.Html.Sections;

/// <summary>The rules that the commit makes weaker.</summary>
static class RulesSection
{
    public static void Write(HtmlWriter html, Plan plan)
    {
        if (!plan.ChangesRules)
        {
            return;
        }

        using (Section.Open(html, "rules", "Rules changed by this release"))
        {
            html.Paragraph("The old rules judge this release. The new ones take effect after it, so an approval is needed.", "unknown");
            Section.List(html, plan.RulesChanged!, 20, "rules", change =>
            {
                html.Code(change.Name);
                html.Text($": {change.Before} → {change.After}");
                if (change.Location is { } location)
                {
                    html.Text(" (");
                    html.Code(location);
                    html.Text(")");
                }
            });
        }
    }
}

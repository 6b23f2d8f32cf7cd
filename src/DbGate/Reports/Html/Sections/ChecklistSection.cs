using DbGate.Releases;

namespace DbGate.Reports.Html.Sections;

/// <summary>What a release manager ticks off, measured.</summary>
static class ChecklistSection
{
    public static void Write(HtmlWriter html, ReleaseFacts release)
    {
        if (release.Checklist.Count == 0)
        {
            return;
        }

        using (Section.Open(html, "checklist", "Checklist"))
        using (html.Open("dl", ("class", "facts")))
        {
            foreach (var line in release.Checklist)
            {
                html.Element("dt", line.Name);
                html.Element("dd", line.Value);
            }
        }
    }
}

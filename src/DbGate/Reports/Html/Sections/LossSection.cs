using DbGate.Releases.Plans;

namespace DbGate.Reports.Html.Sections;

/// <summary>The receipt: what data the release takes away, counted on the restored backup.</summary>
static class LossSection
{
    const int Shown = 30;

    public static void Write(HtmlWriter html, Plan plan)
    {
        using (Section.Open(html, "losses", "What is lost"))
        {
            if (plan.Rehearsal is not { } rehearsal)
            {
                html.Paragraph("Not measured: the migrations were not rehearsed on restored data.", "unknown");
                return;
            }

            if (rehearsal.Losses.Count == 0)
            {
                html.Paragraph("Nothing was lost when the migrations ran on the restored backup.", "good");
            }
            else
            {
                html.Paragraph("Counted on the restored backup. Each approval accepts all of these by name:");
                Section.List(html, rehearsal.Losses, Shown, "losses", loss =>
                {
                    html.Element("strong", loss.Words);
                    html.Text(" ");
                    html.Code(loss.Name);
                });
            }

            if (rehearsal.Unproven is { Count: > 0 } unproven)
            {
                html.Paragraph("Not proven by the rehearsal, so that it counts as a loss:", "unknown");
                Section.List(html, unproven, Shown, "statements", one => html.Text(one));
            }

            Tables(html, rehearsal.Unchanged, "provably kept everything and got nothing");
            Tables(html, rehearsal.Uncompared, "written to although no text names them: their losses are not known");
        }
    }

    static void Tables(HtmlWriter html, IReadOnlyList<string> tables, string what)
    {
        if (tables.Count > 0)
        {
            using (html.Open("details"))
            {
                html.Element("summary", $"{HtmlFormat.Count(tables.Count, "table", "tables")} {what}");
                Section.List(html, tables, 1000, "tables", table => html.Code(table));
            }
        }
    }
}

using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Reports.Html.Sections;

/// <summary>May I approve? The answer, what to type, and the page in five numbers.</summary>
static class VerdictSection
{
    const int ProblemsShown = 3;

    public static void Write(HtmlWriter html, GateReport report, PageVerdict verdict)
    {
        using (html.Open("section", ("class", $"verdict {Class(verdict.Style)}"), ("aria-labelledby", "verdict")))
        {
            Sign(html, verdict.Style);
            html.Paragraph(verdict.Question, "kicker");
            html.Element("h1", verdict.Word, ("id", "verdict"));
            html.Paragraph(verdict.Sentence, "lead");
            if (verdict.Style is VerdictStyle.Bad or VerdictStyle.Alarm)
            {
                First(html, report);
            }

            if (verdict.Style is VerdictStyle.Waiting or VerdictStyle.Good && report.Release?.Plan is not null)
            {
                Weigh(html, report, verdict.Style == VerdictStyle.Waiting ? "To weigh" : "Warnings");
            }

            foreach (var next in verdict.Next)
            {
                html.Paragraph(next.What, "what");
                if (next.Line is { } line)
                {
                    html.Command(line);
                }
            }
        }

        Tiles(html, report);
    }

    static void First(HtmlWriter html, GateReport report)
    {
        var blocking = report.AllProblems.Where(problem => problem.IsBlocking).DistinctBy(problem => problem.Code.Id).ToArray();
        using (html.Open("ul", ("class", "reasons")))
        {
            foreach (var problem in blocking.Take(ProblemsShown))
            {
                using (html.Open("li"))
                {
                    html.Element("b", problem.Code.Id);
                    html.Text($" {problem.Message}");
                }
            }
        }

        if (blocking.Length > ProblemsShown)
        {
            html.Paragraph($"and {blocking.Length - ProblemsShown} more of other kinds, below");
        }
    }

    /// <summary>Shapes, because red and green look alike to many.</summary>
    public static void Sign(HtmlWriter html, VerdictStyle tone)
    {
        using (html.Open("svg", ("class", "sign"), ("viewBox", "0 0 48 48"), ("aria-hidden", "true")))
        {
            html.Empty("circle", ("cx", "24"), ("cy", "24"), ("r", "22"));
            html.Empty("path", ("d", tone switch
            {
                VerdictStyle.Good => "M13 25l7 8 15-18",
                VerdictStyle.Waiting => "M18 15v18M30 15v18",
                VerdictStyle.Bad => "M15 15l18 18M33 15L15 33",
                VerdictStyle.Alarm => "M24 11v16M24 34v2",
                _ => "M14 24h20",
            }));
        }
    }

    static void Tiles(HtmlWriter html, GateReport report)
    {
        using (html.Open("nav", ("class", "glance"), ("aria-label", "The answers in short")))
        {
            foreach (var item in Glance.From(report))
            {
                Tile(
                    html, item.Section, item.Name, item.Value, item.Detail,
                    item.Tone switch { GlanceTone.Unknown => "unknown", GlanceTone.Bad => "bad", _ => null });
            }
        }
    }

    /// <summary>Warnings do not block, and an approval takes them on: they are read before it.</summary>
    static void Weigh(HtmlWriter html, GateReport report, string title)
    {
        var warnings = Glance.Warnings(report);
        if (warnings.Count == 0)
        {
            return;
        }

        html.Paragraph(title, "what");
        using (html.Open("ul", ("class", "reasons weigh")))
        {
            foreach (var (code, message) in warnings.Take(ProblemsShown))
            {
                using (html.Open("li"))
                {
                    html.Element("b", code);
                    html.Text($" {message}");
                }
            }

            if (warnings.Count > ProblemsShown)
            {
                using (html.Open("li"))
                {
                    html.Element("a", $"{warnings.Count - ProblemsShown} more", ("href", "#others"));
                }
            }
        }
    }

    public static void Tile(HtmlWriter html, string section, string name, string value, string detail, string? css)
    {
        using (html.Open("a", ("href", $"#{section}"), ("class", css)))
        {
            html.Element("span", name, ("class", "name"));
            html.Element("strong", value);
            html.Element("span", detail, ("class", "detail"));
        }
    }

    static string Class(VerdictStyle tone) => tone.ToString().ToLowerInvariant();
}

using DbGate.Gates;
using DbGate.Releases;
using DbGate.Reports.Html.Pictures;

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

            foreach (var next in verdict.Next)
            {
                html.Paragraph(next.What, "what");
                if (next.Line is { } line)
                {
                    html.Command(line);
                }
            }
        }

        Glance(html, report);
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

    static void Glance(HtmlWriter html, GateReport report)
    {
        using (html.Open("nav", ("class", "glance"), ("aria-label", "The answers in short")))
        {
            if (report.Release?.Plan is { } plan)
            {
                var timeline = plan.Rehearsal is { } rehearsal ? LockTimeline.Of(rehearsal) : null;
                var longest = timeline?.Lanes.FirstOrDefault(lane => lane.Blocked > TimeSpan.Zero);
                Tile(
                    html, "changes", "Changes", plan.Migrations.Count == 0 ? "Nothing" : HtmlFormat.Migrations(plan.Migrations.Count),
                    timeline is null ? "times and locks not measured"
                    : longest is null ? $"{HtmlFormat.Short(timeline.Total)}, blocks no reader"
                    : $"{HtmlFormat.Short(timeline.Total)}, {longest.Table} closed for {HtmlFormat.Short(longest.Blocked)}",
                    timeline is null ? "unknown" : null);
                var losses = plan.Losses.Count;
                Tile(
                    html, "losses", "Loses",
                    plan.Rehearsal is null ? "Not measured" : losses == 0 ? "Nothing" : HtmlFormat.Count(losses, "loss", "losses"),
                    plan.Rehearsal is null ? "it was not rehearsed" : losses == 0 ? "counted on the restored backup" : plan.Losses[0].Words,
                    plan.Rehearsal is null ? "unknown" : losses > 0 ? "bad" : null);
                var way = plan.RollbackOptions.FirstOrDefault(way => way.Milliseconds is not null);
                Tile(
                    html, "back", "Way back", way is null ? "Never measured" : HtmlFormat.Milliseconds(way.Milliseconds!.Value),
                    way is null ? plan.RollbackOptions is [var unmeasured, ..] ? unmeasured.Name : "there is none" : way.Name,
                    way is null ? "unknown" : null);
            }

            if (report.Release is { } running)
            {
                CompatibilitySection.Tile(html, running);
            }

            Tile(
                html, "unchecked", "Not checked",
                report.NotChecked.IsEmpty ? "Nothing left out" : HtmlFormat.Count(report.NotChecked.Length, "thing", "things"),
                report.NotChecked.IsEmpty ? "of what was asked for" : report.NotChecked[0], report.NotChecked.IsEmpty ? null : "unknown");
            if (report.Release?.Plan is { } valid)
            {
                Tile(
                    html, "validity", "True until", $"{valid.ExpiresAt.UtcDateTime:HH:mm} UTC",
                    $"{valid.ExpiresAt.UtcDateTime:yyyy-MM-dd}", null);
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

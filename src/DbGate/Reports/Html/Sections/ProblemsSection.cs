using DbGate.Releases;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Reports.Html.Sections;

/// <summary>Problems, grouped by their kind: five hundred places of one kind are one thing to understand.</summary>
static class ProblemsSection
{
    const int PlacesShown = 5;
    const string Fix = "fix";

    // What all problems of a kind share is stated once.
    static readonly (string Name, Func<Problem, string?> Value)[] Lines =
        [("cause", problem => problem.Cause), ("state", problem => problem.State), (Fix, problem => problem.Fix?.ToString())];

    /// <summary>Those that block; a missing approval is no problem but the page's question.</summary>
    public static void Blocking(HtmlWriter html, GateReport report)
    {
        var problems =
            report.AllProblems.Where(problem => problem.IsBlocking
                && !(problem.Code == EvidenceProblems.NotApprovedCode && report.Release?.IsStored == true)).ToArray();
        if (problems.Length > 0)
        {
            using (Section.Open(html, "blocks", "What blocks", "blocks"))
            {
                Groups(html, problems);
            }
        }
    }

    /// <summary>Those that do not, the plan's own included where the run took an earlier plan up.</summary>
    public static void Others(HtmlWriter html, GateReport report)
    {
        var problems = report.AllProblems.Where(problem => !problem.IsBlocking).ToList();
        var known = report.AllProblems.Select(problem => (problem.Code.Id, problem.Message)).ToHashSet();
        problems.AddRange((report.Release?.Plan?.Findings ?? [])
            .Where(finding => !known.Contains((finding.Code, finding.Message)))
            .Select(Problem));
        if (problems.Count > 0)
        {
            using (Section.Open(html, "others", "Worth knowing"))
            {
                Groups(html, [.. problems.OrderByDescending(problem => problem.Severity)], isFolded: true);
            }
        }
    }

    static Problem Problem(Releases.Plans.PlanFinding finding) =>
        new(new ProblemCode(finding.Code, "", ExitCode.Blocked),
            finding.Location is null ? finding.Message : $"{finding.Message} ({finding.Location})")
        {
            Severity = Enum.TryParse<Severity>(finding.Severity, ignoreCase: true, out var severity) ? severity : Severity.Warning,
            Cause = finding.Cause,
            Fix = finding.Fix is { } fix ? new(fix) : null,
        };

    static void Groups(HtmlWriter html, IReadOnlyList<Problem> problems, bool isFolded = false)
    {
        foreach (var group in problems.GroupBy(problem => problem.Code.Id, StringComparer.Ordinal))
        {
            Group(html, [.. group], isFolded);
        }
    }

    static void Group(HtmlWriter html, IReadOnlyList<Problem> problems, bool isFolded)
    {
        var first = problems[0];
        using (html.Open("article", ("class", $"problem {first.Severity.ToString().ToLowerInvariant()}")))
        {
            using (html.Open("h3"))
            {
                html.Element("span", first.Code.Id, ("class", "code"));
                html.Text($" {first.Code.Title}");
                if (problems.Count > 1)
                {
                    html.Element("span", $" ×{problems.Count:N0}", ("class", "times"));
                }
            }

            if (!isFolded)
            {
                Body(html, problems);
                return;
            }

            // The code of a stored plan's finding has no title.
            if (first.Code.Title.Length == 0)
            {
                html.Paragraph(first.Message);
            }

            using (Section.Fold(html, "Place, cause and fix"))
            {
                Body(html, problems);
            }
        }
    }

    static void Body(HtmlWriter html, IReadOnlyList<Problem> problems)
    {
        var first = problems[0];
        var own = Lines.Where(line => problems.Any(problem => line.Value(problem) != line.Value(first))).ToArray();
        Section.List(html, problems, PlacesShown, "of this kind", problem => One(html, problem, own));
        foreach (var (name, value) in Lines.Except(own))
        {
            Line(html, name, value(first), first);
        }

        using (html.Open("p", ("class", "note")))
        {
            html.Text("more: ");
            if (first.Code.Url is { } url)
            {
                html.Element("a", url, ("href", url));
            }
            else
            {
                html.Code(first.Code.HelpPage);
            }
        }
    }

    static void One(HtmlWriter html, Problem problem, IEnumerable<(string Name, Func<Problem, string?> Value)> lines)
    {
        html.Text(problem.Message);
        if (problem.Location is { } location)
        {
            html.Text(" ");
            html.Code(location.ToString());
        }

        foreach (var (name, value) in lines)
        {
            Line(html, name, value(problem), problem);
        }
    }

    static void Line(HtmlWriter html, string name, string? value, Problem problem)
    {
        if (!string.IsNullOrEmpty(value))
        {
            using (html.Open("div", ("class", "line")))
            {
                html.Element("span", name, ("class", "name"));
                html.Element("span", name == Fix ? problem.Fix!.Sentence : value);
            }

            foreach (var command in name == Fix ? problem.Fix!.Commands : [])
            {
                html.Command(command);
            }
        }
    }
}

using DbGate.Checks;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Reports.Html.Sections;

/// <summary>What ran, how long it took, and what it measured: the evidence behind the answers above.</summary>
static class StepsSection
{
    const int FactsShown = 40;

    public static void Write(HtmlWriter html, GateReport report)
    {
        using (Section.Open(html, "steps", "What ran"))
        {
            if (report.Steps.IsEmpty)
            {
                html.Paragraph("No step ran.");
                return;
            }

            var time = report.FinishedAt - report.StartedAt;
            using (Section.Fold(html, $"{HtmlFormat.Count(report.Steps.Length, "step", "steps")} in {HtmlFormat.Short(time)}"))
            {
                foreach (var step in report.Steps)
                {
                    Step(html, step);
                }
            }
        }
    }

    static void Step(HtmlWriter html, StepReport step)
    {
        using (html.Open("article", ("class", step.Result.IsBlocking ? "step blocked" : "step")))
        {
            using (html.Open("h3"))
            {
                html.Element("span", step.Result.IsBlocking ? "blocked" : "pass", ("class", "mark"));
                html.Text($" {step.Step.Name}");
                html.Element("span", HtmlFormat.Short(step.Duration), ("class", "times"));
            }

            html.Paragraph(step.Result.Summary);
            Details(html, step.Result);
        }
    }

    static void Details(HtmlWriter html, StepResult result)
    {
        if (result.Checks.IsEmpty && result.Facts.IsEmpty)
        {
            return;
        }

        using (html.Open("details"))
        {
            html.Element(
                "summary",
                $"{HtmlFormat.Count(result.Checks.Length, "check", "checks")}, {HtmlFormat.Count(result.Facts.Length, "fact", "facts")}");
            if (!result.Checks.IsEmpty)
            {
                Section.List(html, result.Checks, FactsShown, "checks", check =>
                {
                    html.Element("b", Word(check.Result.Outcome));
                    html.Text($" {check.Check.Name}: {check.Result.Details}");
                });
            }

            if (!result.Facts.IsEmpty)
            {
                Section.List(html, result.Facts, FactsShown, "facts", fact =>
                {
                    html.Element("span", fact.Name, ("class", "name"));
                    html.Text(" ");
                    html.Code(fact.Value);
                    foreach (var command in fact.Commands)
                    {
                        html.Command(command);
                    }
                });
            }
        }
    }

    static string Word(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "ok",
        CheckOutcome.Skipped => "skipped",
        CheckOutcome.Failed => "failed",
        _ => "errored",
    };
}

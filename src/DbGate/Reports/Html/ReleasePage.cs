using DbGate.Gates;
using DbGate.Releases;
using DbGate.Reports.Html.Sections;

namespace DbGate.Reports.Html;

/// <summary>
/// The page that a release manager approves from: <c>report.html</c>, the same model as JSON and Markdown, in the order of the manager's
/// questions. One file without scripts; the same report gives the same text.
/// </summary>
public static class ReleasePage
{
    /// <summary>Renders.</summary>
    public static string Render(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var verdict = PageVerdict.From(report);
        return Page.Render(
            $"{verdict.Word}: {report.Environment}{(Database(report) is { } database ? $", {database}" : "")} – DbGate", html =>
        {
            Masthead(html, report);
            using (html.Open("main", ("id", "content")))
            {
                VerdictSection.Write(html, report, verdict);
                ProblemsSection.Blocking(html, report);
                if (report.Release?.FailedRehearsal is { } failed)
                {
                    FailedRehearsalSection.Write(html, failed);
                }

                var isAlarm = verdict.Style == VerdictStyle.Alarm;
                if (report.Release?.FailedDeploy is { } stopped)
                {
                    FailedDeploySection.Write(html, stopped);
                }
                else if (isAlarm && report.Release?.Plan is { } running)
                {
                    FailureSection.Write(html, running);
                }

                if (report.Release?.Plan is { } plan)
                {
                    ChangesSection.Write(html, plan);
                    RulesSection.Write(html, plan);
                    LossSection.Write(html, plan);
                }

                if (report.Release is { } facts)
                {
                    CompatibilitySection.Write(html, facts);
                }

                if (report.Release is { } release)
                {
                    WaysBackSection.Write(html, release, report.FinishedAt);
                }

                NotCheckedSection.Write(html, report);
                if (report.Release is { Plan: not null } planned)
                {
                    ValiditySection.Write(html, planned.Plan);
                    PeopleSection.Write(html, planned);
                    ChecklistSection.Write(html, planned);
                    if (!isAlarm)
                    {
                        FailureSection.Write(html, planned.Plan);
                    }
                }

                ProblemsSection.Others(html, report);
                StepsSection.Write(html, report);
            }

            using (html.Open("footer"))
            {
                html.Text($"DbGate {report.ToolVersion}. This page is of ");
                html.Time(report.FinishedAt);
                html.Text(". Data: report.json, plan.json.");
            }
        }, report.Scope, report.Style);
    }

    static void Masthead(HtmlWriter html, GateReport report)
    {
        using (html.Open("header", ("class", "masthead")))
        {
            html.Element("span", "DbGate", ("class", "brand"));
            html.Element("span", report.Environment, ("class", $"environment {report.Environment}"));
            if (report.Target is { } target)
            {
                html.Code(TargetName.From(target).ToString());
            }

            if (report.Commit is { } commit)
            {
                using (html.Open("span"))
                {
                    html.Text("commit ");
                    html.Code(commit[..Math.Min(12, commit.Length)]);
                }
            }

            html.Time(report.StartedAt);
        }
    }

    static string? Database(GateReport report) => report.Release?.Plan?.Promise.Target.DatabaseName;
}

using DbGate.Checks;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Reports.Html.Sections;
using DbGate.Reports.Live;
using DbGate.Texts;

namespace DbGate.Reports.Html;

/// <summary>The page at <c>/admin</c>: the target as it is now. Rendered by the server; a reload reads it again.</summary>
static class LivePage
{
    const int RecordsShown = 15;
    const int RefusalsShown = 10;

    /// <summary>What the server has to send as Content-Security-Policy; the page states the same of itself.</summary>
    public static string Policy => Page.Policy;

    /// <summary>Renders.</summary>
    public static string Render(LiveState state, CommandStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        var failing = state.Gates.Count(gate => gate.Result.IsBlocking);
        var (tone, word) =
            state.Gates.Count == 0 ? (VerdictStyle.Waiting, "Not known")
            : failing == 0 ? (VerdictStyle.Good, "Ready") : (VerdictStyle.Bad, "Not ready");
        return Page.Render($"{word}: {state.Environment} – DbGate", html =>
        {
            Masthead(html, state);
            using (html.Open("main", ("id", "content")))
            {
                using (html.Open("section", ("class", $"verdict {tone.ToString().ToLowerInvariant()}"), ("aria-labelledby", "verdict")))
                {
                    VerdictSection.Sign(html, tone);
                    html.Paragraph("Does the gate hold now?", "kicker");
                    html.Element("h1", word, ("id", "verdict"));
                    html.Paragraph(Sentence(state, failing), "lead");
                }

                Glance(html, state);
                Gates(html, state);
                Backups(html, state);
                Releases(html, state);
                Refusals(html, state);
                NotKnown(html, state);
            }

            using (html.Open("footer"))
            {
                html.Text($"DbGate {state.ToolVersion}. Read ");
                html.Time(state.At);
                html.Text("; reload to read again.");
            }
        }, style: style);
    }

    static string Sentence(LiveState state, int failing) =>
        state.Gates.Count == 0 ? "The gates did not answer."
        : failing == 0 ? $"{HtmlFormat.Count(state.Gates.Count, "gate holds", "gates hold")}."
        : $"{failing} of {state.Gates.Count} gates do not hold: "
            + $"{string.Join(", ", state.Gates.Where(gate => gate.Result.IsBlocking).Select(gate => gate.Check.Name))}.";

    static void Masthead(HtmlWriter html, LiveState state)
    {
        using (html.Open("header", ("class", "masthead")))
        {
            html.Element("span", "DbGate", ("class", "brand"));
            html.Element("span", state.Environment, ("class", $"environment {state.Environment}"));
            foreach (var target in state.Targets)
            {
                using (html.Open("span"))
                {
                    html.Code(target.Url);
                    html.Text($" {target.Name}");
                }
            }
        }
    }

    static void Glance(HtmlWriter html, LiveState state)
    {
        using (html.Open("nav", ("class", "glance"), ("aria-label", "The answers in short")))
        {
            var backups = state.History?.Backups ?? [];
            var backup = backups.Count > 0 ? backups[^1] : null;
            VerdictSection.Tile(
                html, "backups", "Last backup", backup is null ? "Not known" : $"{HtmlFormat.Age(state.At - backup.TakenAt)} ago",
                backup is null ? "no backup was found" : $"{TextSanitizer.Bytes(backup.Bytes)}, {backup.Level}",
                backup is null ? "unknown" : null);
            var test = state.History?.RestoreTests.LastOrDefault(test => test.Passed);
            VerdictSection.Tile(
                html, "backups", "Last restore test", test is null ? "Never" : $"{HtmlFormat.Age(state.At - test.TestedAt)} ago",
                test is null ? "none is on record" : $"restored in {HtmlFormat.Short(test.RestoreTime)}",
                test is null || (state.At - test.TestedAt).TotalDays > BackupConfigCheck.MaximumRestoreTestAgeDays ? "unknown" : null);
            var deploy = state.Records.FirstOrDefault(record => record.Kind == "migrate-deploy" && record.Outcome != Outcomes.Began);
            VerdictSection.Tile(
                html, "releases", "Last deploy", deploy is null ? "None on record" : $"{HtmlFormat.Age(state.At - deploy.At)} ago",
                deploy is null ? "in the records shown" : $"{deploy.Outcome}, {deploy.Summary}",
                deploy?.Outcome == Outcomes.Blocked ? "bad" : null);
            VerdictSection.Tile(
                html, "refusals", "Refused",
                state.Refusals is null ? "Not known" : HtmlFormat.Count(state.Refusals.Total, "statement", "statements"),
                state.Refusals is null ? "the database does not protect itself" : "since the protection was installed",
                state.Refusals is null ? "unknown" : null);
        }
    }

    static void Gates(HtmlWriter html, LiveState state)
    {
        using (Section.Open(html, "gates", "Gates"))
        {
            if (state.Gates.Count == 0)
            {
                html.Paragraph("Not known: the checks did not answer.", "unknown");
            }

            foreach (var gate in state.Gates)
            {
                using (html.Open("article", ("class", gate.Result.IsBlocking ? "step blocked" : "step")))
                {
                    using (html.Open("h3"))
                    {
                        html.Element(
                            "span",
                            gate.Result.Outcome switch { CheckOutcome.Passed => "holds", CheckOutcome.Skipped => "skipped",
                                CheckOutcome.Failed => "fails", _ => "errored" }, ("class", "mark"));
                        html.Text($" {gate.Check.Name}");
                    }

                    html.Paragraph(gate.Result.Details);
                    foreach (var problem in gate.Result.Problems.Where(problem => problem.Fix is not null))
                    {
                        html.Paragraph(problem.Fix!.Sentence);
                        foreach (var command in problem.Fix.Commands)
                        {
                            html.Command(command);
                        }
                    }
                }
            }
        }
    }

    static void Backups(HtmlWriter html, LiveState state)
    {
        using (Section.Open(html, "backups", "Backups and restore tests"))
        {
            if (state.History is { } history)
            {
                HistorySections.Write(html, history, state.At, "h3");
            }
            else
            {
                html.Paragraph("Not known: the store was not read.", "unknown");
            }
        }
    }

    static void Releases(HtmlWriter html, LiveState state)
    {
        using (Section.Open(html, "releases", "Releases, from the evidence log"))
        {
            var records = state.Records.Where(record => record.Environment == state.Environment).ToArray();
            if (records.Length == 0)
            {
                html.Paragraph("No record of this environment.");
                return;
            }

            Section.List(html, records, RecordsShown, "records", record => Record(html, record));
            html.Paragraph("The newest records. This page does not verify that none was edited or removed; the task audit does:", "note");
            html.Command(FixCommand.Gate("audit", ("environment", state.Environment)));
        }
    }

    static void Record(HtmlWriter html, EvidenceRecord record)
    {
        using (html.Open("span", ("class", record.Outcome == Outcomes.Blocked ? "outcome blocked" : "outcome")))
        {
            html.Element("span", record.Outcome, ("class", "mark"));
        }

        html.Element("strong", record.Kind == "gate" ? "verdict of the run" : record.Kind);
        html.Text(" ");
        html.Time(record.At);
        html.Text($", {record.Actor}");
        if (record.Commit is { } commit)
        {
            html.Text(", commit ");
            html.Code(commit[..Math.Min(12, commit.Length)]);
        }

        html.Paragraph(record.Summary, "detail");
        foreach (var problem in record.Problems.Take(3))
        {
            html.Paragraph(problem, "note");
        }
    }

    static void Refusals(HtmlWriter html, LiveState state)
    {
        using (Section.Open(html, "refusals", "What the database refused"))
        {
            if (state.Refusals is not { } refusals)
            {
                html.Paragraph(
                    "Not known: the database is not protected by triggers, or this role may not read what it refused (it needs "
                        + "pg_monitor).", "unknown");
            }
            else if (refusals.Total == 0)
            {
                html.Paragraph("Nothing yet: no schema change was tried outside of a release since the protection was installed.", "good");
            }
            else
            {
                var kept = refusals.Total > refusals.Newest.Count ? $"; the newest {refusals.Newest.Count} of which details are kept" : "";
                html.Paragraph($"{HtmlFormat.Count(refusals.Total, "statement", "statements")} since the protection was installed{kept}.");
                Section.List(html, refusals.Newest, RefusalsShown, "refusals", refusal =>
                {
                    html.Element("strong", refusal.Command);
                    html.Text(" ");
                    html.Time(refusal.At);
                    html.Text(
                        $", {refusal.Login} from "
                            + $"{refusal.Address ?? "a local socket"}{(refusal.Application is null ? "" : $", {refusal.Application}")} ");
                    html.Code(refusal.Statement);
                });
            }
        }
    }

    static void NotKnown(HtmlWriter html, LiveState state)
    {
        if (state.NotKnown.Count > 0)
        {
            using (Section.Open(html, "unknown", "What could not be read"))
            {
                Section.List(html, state.NotKnown, 20, "things", words => html.Text(words));
            }
        }
    }
}

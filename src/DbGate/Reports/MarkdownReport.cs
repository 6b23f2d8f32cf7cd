using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports.Html;
using DbGate.Texts;

namespace DbGate.Reports;

/// <summary>
/// The report as Markdown, for step summaries, comments and people. Its head has at most 25 lines and answers what an approval needs; the
/// rest is folded.
/// </summary>
public static class MarkdownReport
{
    const int ProblemsShown = 3;

    /// <summary>Renders; the same report gives the same text.</summary>
    public static string Render(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Head(text, report);
        text.Append("\n<details><summary>Steps, problems and measurements</summary>\n");
        Rest(text, report);
        return text.Append("\n</details>\n").ToString();
    }

    static void Head(StringBuilder text, GateReport report)
    {
        var verdict = PageVerdict.From(report);
        text.Append($"# DbGate: {verdict.Word}{(report.ExitCode == ExitCode.Pass ? "" : $" (exit {(int)report.ExitCode})")}\n\n");
        text.Append($"Environment **{report.Environment}**");
        text.Append(report.Target is null ? "" : $", target {Code(TargetName.From(report.Target).ToString())}");
        text.Append(report.Commit is null ? "" : $", commit {Code(report.Commit[..Math.Min(12, report.Commit.Length)])}");
        text.Append($", {JsonReport.Time(report.StartedAt)}, DbGate {report.ToolVersion}.\n\n");
        text.Append($"{MarkdownText.Cell(verdict.Sentence)}\n\n| | | |\n|---|---|---|\n");
        foreach (var item in Glance.From(report).Where(item => item.Section != "validity"))
        {
            text.Append($"| {item.Name} | **{MarkdownText.Cell(item.Value)}** | {MarkdownText.Cell(item.Detail)} |\n");
        }

        Weighty(text, report);
        if (verdict.Next is [{ Line: { } line } next, ..])
        {
            text.Append($"\n{MarkdownText.Cell(next.What)}:\n");
            Fence(text, "sh", [report.Style.Line(FixCommand.FromLine(line))]);
        }
    }

    /// <summary>What blocks; where nothing but an approval does, what to weigh before it.</summary>
    static void Weighty(StringBuilder text, GateReport report)
    {
        (string Code, string Message)[] blocking =
        [
            .. report.AllProblems
                .Where(problem => problem.IsBlocking && problem.Code != EvidenceProblems.NotApprovedCode)
                .Select(problem => (problem.Code.Id, problem.Message))
                .DistinctBy(problem => problem.Id),
        ];
        var shown = blocking.Length > 0 ? blocking : Glance.Warnings(report);
        text.Append(shown.Count == 0 ? "" : "\n");
        foreach (var (code, message) in shown.Take(ProblemsShown))
        {
            text.Append($"- **{code}** {MarkdownText.Cell(message)}\n");
        }

        text.Append(shown.Count > ProblemsShown ? $"- {shown.Count - ProblemsShown} more below\n" : "");
    }

    static void Rest(StringBuilder text, GateReport report)
    {
        text.Append("\n| step | verdict | time | |\n|---|---|---:|---|\n");
        foreach (var step in report.Steps)
        {
            var verdict = step.Result.IsBlocking ? "**blocked**" : "pass";
            text.Append(
                $"| {step.Step.Name} | {verdict} | {TextSanitizer.Duration(step.Duration)} | {MarkdownText.Cell(step.Result.Summary)} |\n");
        }

        Problems(text, report.AllProblems.Where(problem => problem.IsBlocking), "What blocks", report.Style);
        Problems(text, report.AllProblems.Where(problem => !problem.IsBlocking), "Worth knowing", report.Style);
        List(text, "Not checked", report.NotChecked.Select(MarkdownText.Cell));
        List(
            text, "Waivers used",
            report.WaiversUsed.Select(waiver =>
                $"{waiver.Check} until {waiver.Expires:yyyy-MM-dd}, {MarkdownText.Cell(waiver.Who)}: {MarkdownText.Cell(waiver.Reason)}"));
        List(
            text, "Measured",
            report.Steps.SelectMany(step =>
                step.Result.Facts.Select(fact => $"{step.Step.Name}, {MarkdownText.Cell(fact.Name)}: {MarkdownText.Cell(fact.Value)}")));
        foreach (var fact in report.Steps.SelectMany(step => step.Result.Facts).Where(fact => !fact.Commands.IsEmpty))
        {
            text.Append($"\n{MarkdownText.Cell(fact.Name)}:\n");
            Fence(text, "sh", fact.Commands.SelectMany(report.Style.Lines));
        }
    }

    static void Problems(StringBuilder text, IEnumerable<Problem> problems, string title, CommandStyle style)
    {
        var any = false;
        foreach (var problem in problems)
        {
            text.Append(any ? "" : $"\n## {title}\n");
            any = true;
            text.Append($"\n**{problem.Code.Id}** {MarkdownText.Cell(problem.Message)}\n\n");
            Line("at", problem.Location?.ToString());
            Line("cause", problem.Cause);
            Line("state", problem.State);
            Line("fix", problem.Fix?.Sentence);
            text.Append($"- docs: {problem.Code.Page}\n");
            text.Append(Commands(problem.Fix, style));
            if (problem.Excerpt is { } excerpt)
            {
                Fence(text, "", excerpt.Numbered());
            }

            foreach (var remedy in problem.Remedies)
            {
                text.Append($"\nWay out: {MarkdownText.Cell(remedy.Title)}\n");
                Fence(text, "sh", remedy.Commands.SelectMany(style.Lines));
            }
        }

        void Line(string name, string? value) => text.Append(string.IsNullOrEmpty(value) ? "" : $"- {name}: {MarkdownText.Cell(value)}\n");
    }

    static void List(StringBuilder text, string title, IEnumerable<string> items)
    {
        var lines = items.ToArray();
        if (lines.Length > 0)
        {
            text.Append($"\n## {title}\n\n");
            foreach (var line in lines)
            {
                text.Append($"- {line}\n");
            }
        }
    }

    /// <summary>The commands of a fix in a fence of their own; nothing where it has none.</summary>
    internal static string Commands(Fix? fix, CommandStyle style)
    {
        var text = new StringBuilder();
        if (fix is { Commands.IsEmpty: false })
        {
            Fence(text, "sh", fix.Commands.SelectMany(style.Lines));
        }

        return text.ToString();
    }

    /// <summary>Lines as they are. The fence is longer than any within, so that none of them ends it.</summary>
    static void Fence(StringBuilder text, string language, IEnumerable<string> lines)
    {
        string[] shown = [.. lines.Select(TextSanitizer.LineStart)];
        var fence = "```";
        while (shown.Any(line => line.Contains(fence, StringComparison.Ordinal)))
        {
            fence += "`";
        }

        text.Append($"\n{fence}{language}\n{string.Join('\n', shown)}\n{fence}\n");
    }

    /// <summary>For a paragraph; in a table's cell a bar would end it.</summary>
    static string Code(string value) => $"`{TextSanitizer.Line(value).Replace('`', '\'')}`";
}

using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Texts;

namespace DbGate.Reports.Actions;

/// <summary>What needs the page of a workflow run: the report, verdict first, then what its steps wrote for people. Pure.</summary>
static class StepSummary
{
    /// <summary>What GitHub takes from one step, in bytes. More fails to upload, and the step is green without a summary.</summary>
    public const int Limit = 1 << 20;

    const string Folded = "</details>";

    /// <summary>The summary of a run, cut to size.</summary>
    /// <param name="report">The run.</param>
    /// <param name="link">Where all of it can be read; null when nowhere.</param>
    /// <param name="room">Bytes that are left.</param>
    public static string Render(GateReport report, string? link, long room = Limit)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder(MarkdownReport.Render(report));
        foreach (var file in report.Steps.SelectMany(step => step.Result.Files)
            .Where(file => file.Name.EndsWith(".md", StringComparison.Ordinal)))
        {
            text.Append($"\n<details><summary>{MarkdownText.Cell(file.Name)}</summary>\n\n{file.Text}\n{Folded}\n");
        }

        return Fit(text.Append('\n').ToString(), link, room);
    }

    /// <summary>The summary of a run that could not begin.</summary>
    public static string Render(Problem problem, CommandStyle style)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return $"# DbGate: Blocked (exit {(int)problem.Code.ExitCode})\n\n**{problem.Code.Id}** {MarkdownText.Cell(problem.Message)}\n\n"
            + (problem.Fix is null ? "" : $"- fix: {MarkdownText.Cell(problem.Fix.Sentence)}\n")
            + $"- docs: {problem.Code.Page}\n"
            + MarkdownReport.Commands(problem.Fix, style);
    }

    /// <summary>Markdown in so many bytes: cut after a whole line, a fence and a fold that are open closed, and the cut named.</summary>
    public static string Fit(string markdown, string? link, long room = Limit)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        if (Encoding.UTF8.GetByteCount(markdown) <= room)
        {
            return markdown;
        }

        var end = $"\n**Cut here: GitHub shows no more than {TextSanitizer.Bytes(Limit)} of a step.** "
            + (link is null ? "The report's file holds all of it.\n" : $"All of it: <{link}>\n");
        var left = room - Encoding.UTF8.GetByteCount(end) - Folded.Length - 2;
        var kept = new StringBuilder();
        string? fence = null;
        var isFolded = false;
        foreach (var line in markdown.Split('\n'))
        {
            var after = fence is null ? Opening(line) : line == fence ? null : fence;
            var closing = after is null ? 0 : after.Length + 1;
            left -= Encoding.UTF8.GetByteCount(line) + 1;
            if (left < closing)
            {
                break;
            }

            kept.Append(line).Append('\n');
            isFolded = fence is not null || after is not null ? isFolded
                : line != Folded && (isFolded || line.StartsWith("<details>", StringComparison.Ordinal));
            fence = after;
        }

        kept.Append(kept.Length == 0 || fence is null ? "" : fence + "\n").Append(isFolded ? $"\n{Folded}\n" : "");
        return kept.Length == 0 ? "" : kept.Append(end).ToString();
    }

    static string? Opening(string line) =>
        line.StartsWith("```", StringComparison.Ordinal) ? line[..(line.Length - line.TrimStart('`').Length)] : null;
}

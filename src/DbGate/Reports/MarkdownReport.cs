using System.Text;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Reports;

/// <summary>The report as Markdown, for step summaries, comments and people. The verdict comes first.</summary>
public static class MarkdownReport
{
    /// <summary>Renders; the same report gives the same text.</summary>
    public static string Render(GateReport report)
    {
        var text = new StringBuilder();
        text.Append(report.Verdict == Verdict.Pass ? "# DbGate: pass\n\n" : $"# DbGate: blocked (exit {(int)report.ExitCode})\n\n");
        text.Append($"Environment **{report.Environment}**");
        text.Append(report.Target is null ? "" : $", target {Code(report.Target)}");
        text.Append(report.Commit is null ? "" : $", commit {Code(report.Commit[..Math.Min(12, report.Commit.Length)])}");
        text.Append($", {JsonReport.Time(report.StartedAt)}, DbGate {report.ToolVersion}.\n\n");

        text.Append("| step | verdict | time | |\n|---|---|---:|---|\n");
        foreach (var step in report.Steps)
        {
            var verdict = step.Result.IsBlocking ? "**blocked**" : "pass";
            text.Append($"| {step.Step.Name} | {verdict} | {Readable.Duration(step.Duration)} | {Cell(step.Result.Summary)} |\n");
        }

        Problems(text, report.AllProblems.Where(problem => problem.IsBlocking), "What blocks");
        Problems(text, report.AllProblems.Where(problem => !problem.IsBlocking), "Worth knowing");
        List(text, "Not checked", report.NotChecked.Select(Cell));
        List(text, "Waivers used", report.WaiversUsed.Select(waiver => $"{waiver.Check} until {waiver.Expires:yyyy-MM-dd}, {Cell(waiver.Who)}: {Cell(waiver.Reason)}"));
        List(text, "Measured", report.Steps.SelectMany(step => step.Result.Facts.Select(fact => $"{step.Step.Name}, {Cell(fact.Name)}: {Cell(fact.Value)}")));
        foreach (var fact in report.Steps.SelectMany(step => step.Result.Facts).Where(fact => !fact.Commands.IsEmpty))
        {
            text.Append($"\n{Cell(fact.Name)}:\n");
            Fence(text, "sh", fact.Commands.SelectMany(CommandStyle.BuildScript.Lines));
        }

        return text.ToString();
    }

    static void Problems(StringBuilder text, IEnumerable<Problem> problems, string title)
    {
        var any = false;
        foreach (var problem in problems)
        {
            text.Append(any ? "" : $"\n## {title}\n");
            any = true;
            text.Append($"\n**{problem.Code.Id}** {Cell(problem.Message)}\n\n");
            Line("at", problem.Location?.ToString());
            Line("cause", problem.Cause);
            Line("state", problem.State);
            Line("fix", problem.Fix?.Sentence);
            text.Append($"- docs: {problem.Code.HelpPage}\n");
            text.Append(Commands(problem.Fix));
            if (problem.Excerpt is { } excerpt)
            {
                Fence(text, "", excerpt.Numbered());
            }

            foreach (var remedy in problem.Remedies)
            {
                text.Append($"\nWay out: {Cell(remedy.Title)}\n");
                Fence(text, "sh", remedy.Commands.SelectMany(CommandStyle.BuildScript.Lines));
            }
        }

        void Line(string name, string? value) => text.Append(string.IsNullOrEmpty(value) ? "" : $"- {name}: {Cell(value)}\n");
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
    internal static string Commands(Fix? fix)
    {
        var text = new StringBuilder();
        if (fix is { Commands.IsEmpty: false })
        {
            Fence(text, "sh", fix.Commands.SelectMany(CommandStyle.BuildScript.Lines));
        }

        return text.ToString();
    }

    /// <summary>Text that cannot leave its cell, start a heading, become markup, or refer to a person, an issue or a commit on GitHub.</summary>
    public static string Cell(string? value)
    {
        var line = GitHubReferences.Neutralize(Readable.Line(value));
        var text = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            _ = c switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' => text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    /// <summary>Foreign text in which GitHub finds no person, issue, commit or address; for titles and other places without Markdown.</summary>
    public static string WithoutReferences(string text) => GitHubReferences.Neutralize(text);

    /// <summary>Lines as they are. The fence is longer than any within, so that none of them ends it.</summary>
    static void Fence(StringBuilder text, string language, IEnumerable<string> lines)
    {
        string[] shown = [.. lines.Select(Readable.LineStart)];
        var fence = "```";
        while (shown.Any(line => line.Contains(fence, StringComparison.Ordinal)))
        {
            fence += "`";
        }

        text.Append($"\n{fence}{language}\n{string.Join('\n', shown)}\n{fence}\n");
    }

    /// <summary>For a paragraph; in a table's cell a bar would end it.</summary>
    static string Code(string value) => $"`{Readable.Line(value).Replace('`', '\'')}`";
}

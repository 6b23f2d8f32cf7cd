using System.Text;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as Markdown, for a job summary or a comment. Pure.</summary>
static class GuardMarkdown
{
    /// <summary>Renders the report.</summary>
    public static string Render(GuardReport report)
    {
        var text = new StringBuilder($"### Command guard: {(report.Blocks ? "blocked" : "passed")}\n\n{ChainText.Summary(report)}\n");
        Section(text, $"Commands that {report.Environment} must not reach", report.Findings.Where(finding => finding.Blocks)
            .Select(Finding));
        Section(text, "Settings that turn off a protection", report.Flags.Where(flag => flag.Blocks)
            .Select(flag => $"{Code($"{flag.Location} {flag.Name}")}: {Text(flag.Reason)}"));
        Section(text, "Files that cannot be read", report.Unreadable.Select(file =>
            $"{Code(file.Location.ToString())}: {Text(file.Reason)}"));
        Section(text, "Migrations outside the release", report.Findings.Where(finding =>
            finding is { Class: CommandClass.Bypassing, Blocks: false } && finding.Path.Blocks).Select(Finding));
        Section(text, "Reported, not blocked", report.Findings.Where(finding => !finding.Blocks
            && !(finding.Class == CommandClass.Bypassing && finding.Path.Blocks))
            .Select(finding => $"{Code(finding.Path.ToString())}: {Text(Why(finding))}"));
        Section(text, "Not followed", report.NotFollowed.Select(place =>
            $"{Code($"{place.Location} {place.Text}")}: {Text(place.Reason)}"));
        return text.ToString();
    }

    static string Finding(GuardFinding finding)
    {
        var hops = finding.Path.Hops.Select((hop, index) => $"{new string(' ', 2 * (index + 1))}- {Code(hop.ToString())}");
        return $"{Code(finding.Display)}: {Text(finding.Path.Reason)}; {Text(finding.Effect)}. {finding.Fix}\n{string.Join('\n', hops)}";
    }

    static string Why(GuardFinding finding) =>
        finding.Waiver is { } waiver ? $"waived by {waiver.Who} until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason}" : finding.Path.Reason;

    static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            text.Append($"\n#### {title}\n\n").AppendJoin('\n', all.Select(line => $"- {line}")).Append('\n');
        }
    }

    /// <summary>Code that no backtick in it can end.</summary>
    static string Code(string text)
    {
        var longest = 0;
        for (int index = 0, run = 0; index < text.Length; index++)
        {
            longest = Math.Max(longest, run = text[index] == '`' ? run + 1 : 0);
        }

        var fence = new string('`', longest + 1);
        var pad = longest > 0 ? " " : "";
        return $"{fence}{pad}{ChainText.Line(text)}{pad}{fence}";
    }

    static string Text(string text) =>
        string.Concat(MarkdownText.WithoutReferences(ChainText.Line(text))
            .Select(c => c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#' ? $"\\{c}" : c.ToString()));
}

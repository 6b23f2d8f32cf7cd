using System.Text;
using DbGate.Reports;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as Markdown, for a job summary or a comment. Pure.</summary>
public static class GuardMarkdown
{
    /// <summary>Renders the report.</summary>
    public static string Render(GuardReport report)
    {
        var text = new StringBuilder($"### Command guard: {(report.Blocks ? "blocked" : "passed")}\n\n{ChainText.Summary(report)}\n");
        Section(text, "Destructive commands that production reaches", report.Findings.Where(finding => finding.Blocks).Select(Finding));
        Section(text, "Settings that switch a protection off", report.Flags.Where(flag => flag.Blocks).Select(flag => $"{Code($"{flag.Location} {flag.Name}")}: {Text(flag.Reason)}"));
        Section(text, "Files that cannot be read", report.Unreadable.Select(file => $"{Code(file.Location.ToString())}: {Text(file.Reason)}"));
        Section(text, "Told, not blocked", report.Findings.Where(finding => !finding.Blocks).Select(finding => $"{Code(finding.Path.ToString())}: {Text(Why(finding))}"));
        Section(text, "Not followed", report.NotFollowed.Select(place => $"{Code($"{place.Location} {place.Text}")}: {Text(place.Reason)}"));
        return text.ToString();
    }

    static string Finding(GuardFinding finding)
    {
        var hops = finding.Path.Hops.Select((hop, index) => $"{new string(' ', 2 * (index + 1))}- {Code(hop.ToString())}");
        return $"`prisma {finding.Operation}`: {Text(finding.Path.Reason)}. Fix: {finding.Fix}\n{string.Join('\n', hops)}";
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
        string.Concat(MarkdownReport.WithoutReferences(ChainText.Line(text)).Select(c => c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#' ? $"\\{c}" : c.ToString()));
}

using System.Text;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report for people: chains as lines. Pure.</summary>
static class ChainText
{
    /// <summary>Places beyond these are only counted.</summary>
    const int ShownPlaces = 10;

    /// <summary>The report's console form: what blocks, then what is only told, then what could not be followed.</summary>
    public static string Console(GuardReport report)
    {
        var text = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            text.Append(finding.Blocks ? "blocks  " : finding.Class == CommandClass.Bypassing && finding.Path.Blocks ? "warns   "
                : "told    ").Append(Line(finding.Path.ToString())).Append('\n')
                .Append("        why  ")
                    .Append(Line(finding.Effect.Length > 0 ? $"{finding.Path.Reason}; {finding.Effect}" : finding.Path.Reason))
                    .Append('\n');
            foreach (var other in finding.Paths.Skip(1).Take(5))
            {
                text.Append("        also ").Append(Line(other.ToString())).Append('\n');
            }

            if (finding.Blocks)
            {
                text.Append("        fix  ").Append(finding.Fix).Append('\n');
            }
        }

        foreach (var flag in report.Flags)
        {
            text.Append(flag.Blocks ? "blocks  " : "told    ").Append(flag.Location).Append(' ').Append(flag.Name).Append('\n')
                .Append("        why  ").Append(Line(flag.Reason)).Append('\n');
        }

        foreach (var file in report.Unreadable)
        {
            text.Append(file.IsEntrypoint ? "blocks  " : "told    ").Append(file.Location).Append(" cannot be read: ")
                .Append(Line(file.Reason)).Append('\n');
        }

        foreach (var ignored in report.Ignored)
        {
            text.Append(report.IgnoresAll ? "blocks  " : "ignored ")
                .Append('"')
                .Append(Line(ignored.Pattern))
                .Append("\" in ")
                .Append(ignored.File)
                .Append(ignored.Line is { } line ? $":{line}" : "").Append(": ")
                .Append(Line(string.Join(", ", ignored.Files.Take(ShownPlaces)))).Append('\n');
        }

        foreach (var place in report.NotFollowed.Take(ShownPlaces))
        {
            text.Append(place.Blocks ? "blocks  " : "open    ").Append(place.Location).Append(' ').Append(Line(place.Text)).Append(": ")
                .Append(Line(place.Reason)).Append('\n');
        }

        if (report.NotFollowed.Count > ShownPlaces)
        {
            text.Append("open    ").Append(report.NotFollowed.Count - ShownPlaces)
                .Append(" more places, all in guard.json and guard.sarif\n");
        }

        return text.Append(Summary(report)).Append('\n').ToString();
    }

    /// <summary>One sentence with the numbers.</summary>
    public static string Summary(GuardReport report) =>
        $"{report.Entrypoints} {(report.Entrypoints == 1 ? "entrypoint" : "entrypoints")} in {report.Files} "
            + $"{(report.Files == 1 ? "file" : "files")}: {Kinds(report)}";

    /// <summary>What was found, by kind: <c>2 paths reach prisma db push; 1 file cannot be read</c>.</summary>
    public static string Kinds(GuardReport report)
    {
        List<string> kinds =
        [
            .. report.Findings.Where(finding => finding.Blocks).GroupBy(finding => finding.Display, StringComparer.Ordinal)
                .Select(group =>
                    $"{Counted(group.Sum(finding => finding.Paths.Count(path => path.Blocks)), "path reaches", "paths reach")} "
                        + $"{group.Key}"),
            .. report.Flags.Where(flag => flag.Blocks).GroupBy(flag => flag.Name, StringComparer.Ordinal)
                .Select(group => $"{Counted(group.Count(), "file sets", "files set")} {group.Key}"),
            .. report.Unreadable.Where(file => file.IsEntrypoint).GroupBy(file => file.Reason, StringComparer.Ordinal)
                .Select(group => $"{Counted(group.Count(), "file", "files")} cannot be read: {group.Key}"),
        ];
        var outside = report.Findings.Count(finding => finding is { Class: CommandClass.Bypassing, Blocks: false } && finding.Path.Blocks);
        if (kinds.Count == 0)
        {
            kinds.Add(report.Entrypoints == 0 ? "nothing that production runs was found" : "no path to a destructive command");
        }

        if (outside > 0)
        {
            kinds.Add($"{Counted(outside, "place applies", "places apply")} migrations outside the release");
        }

        return string.Join("; ", report.NotFollowed.Count > 0
            ? [.. kinds, $"{Counted(report.NotFollowed.Count, "place", "places")} not followed"] : kinds);
    }

    static string Counted(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    /// <summary>Text from files must not steer a terminal.</summary>
    internal static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}

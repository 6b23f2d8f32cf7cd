using System.Text;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report for people: chains as lines. Pure.</summary>
public static class ChainText
{
    /// <summary>Places beyond these are only counted.</summary>
    const int ShownPlaces = 10;

    /// <summary>The report's console form: what blocks, then what is only told, then what could not be followed.</summary>
    public static string Console(GuardReport report)
    {
        var text = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            text.Append(finding.Blocks ? "blocks  " : "told    ").Append(Line(finding.Path.ToString())).Append('\n')
                .Append("        why  ").Append(Line(finding.Path.Reason)).Append('\n');
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
            text.Append(file.IsEntrypoint ? "blocks  " : "told    ").Append(file.Location).Append(" cannot be read: ").Append(Line(file.Reason)).Append('\n');
        }

        foreach (var ignored in report.Ignored)
        {
            text.Append(report.IgnoresAll ? "blocks  " : "ignored ").Append('"').Append(Line(ignored.Pattern)).Append("\" in dbgate.json").Append(ignored.Line is { } line ? $":{line}" : "").Append(": ").Append(Line(string.Join(", ", ignored.Files.Take(ShownPlaces)))).Append('\n');
        }

        foreach (var place in report.NotFollowed.Take(ShownPlaces))
        {
            text.Append(place.Blocks ? "blocks  " : "open    ").Append(place.Location).Append(' ').Append(Line(place.Text)).Append(": ").Append(Line(place.Reason)).Append('\n');
        }

        if (report.NotFollowed.Count > ShownPlaces)
        {
            text.Append("open    ").Append(report.NotFollowed.Count - ShownPlaces).Append(" more places, all in guard.json and guard.sarif\n");
        }

        return text.Append(Summary(report)).Append('\n').ToString();
    }

    /// <summary>One sentence with the numbers.</summary>
    public static string Summary(GuardReport report) =>
        $"{report.Entrypoints} entrypoints in {report.Files} files: {report.Findings.Count(finding => finding.Blocks)} destructive for {report.Environment}, " +
        $"{report.Findings.Count(finding => !finding.Blocks)} only told, {report.Flags.Count(flag => flag.Blocks)} flags, {report.NotFollowed.Count} not followed";

    /// <summary>Text from files must not steer a terminal.</summary>
    internal static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}

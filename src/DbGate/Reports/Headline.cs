using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports.Html;

namespace DbGate.Reports;

/// <summary>What a run's state is called: the same in the terminal, in Markdown, on the release page and on GitHub. Pure.</summary>
static class Headline
{
    /// <summary>"Ready for approval", "Released", "Blocked", "Pass", …</summary>
    public static string From(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return PageVerdict.From(report).Word;
    }

    /// <summary>The headline, the environment, and the exit code of a run that does not pass.</summary>
    internal static string Line(GateReport report) => report.ExitCode == ExitCode.Pass
        ? $"{From(report)}: {report.Environment}"
        : $"{From(report)}: {report.Environment} (exit {(int)report.ExitCode})";
}

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as GitHub workflow commands: <c>::error file=…,line=…::…</c>. Pure.</summary>
public static class GitHubAnnotations
{
    /// <summary>One line per problem: errors for what blocks, notices for the rest.</summary>
    public static IReadOnlyList<string> Render(GuardReport report) =>
        [.. CommandGuardProblems.Of(report).Select(Of)];

    /// <summary>One problem of any room as one line.</summary>
    public static string Of(Problems.Problem problem) =>
        $"::{(problem.IsBlocking ? "error" : "notice")} {Place(problem.Location)}title={Property($"{problem.Code.Id} {problem.Code.Title}")}::{Data($"{problem.Message}\n{problem.Cause}\nfix: {problem.Fix}")}";

    static string Place(Problems.SourceLocation? location) =>
        location is null ? "" : $"file={Property(location.File)},{(location.Line is { } line ? $"line={line}," : "")}";

    /// <summary>What the runner decodes again in a message.</summary>
    static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    /// <summary>In a property, colon and comma are marks, too.</summary>
    static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}

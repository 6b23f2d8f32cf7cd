using System.Globalization;
using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Reports.Actions;

/// <summary>What a step of a workflow hands to the next: the lines of <c>$GITHUB_OUTPUT</c>. Pure.</summary>
static class StepOutputs
{
    /// <summary>
    /// <c>verdict</c> (pass or blocked), <c>exit-code</c>, <c>report</c> (the Markdown file), <c>report-folder</c>, and what the run's
    /// steps hand on, such as <c>digest</c> and <c>approval</c>.
    /// </summary>
    /// <param name="report">The run.</param>
    /// <param name="reportPath">The path of the Markdown report; null when none was written.</param>
    public static IReadOnlyList<Fact> From(GateReport report, string? reportPath)
    {
        ArgumentNullException.ThrowIfNull(report);
        Fact[] own =
        [
            new("verdict", JsonReport.Word(report.Verdict)),
            new("exit-code", ((int)report.ExitCode).ToString(CultureInfo.InvariantCulture)),
            .. reportPath is null
                ? Array.Empty<Fact>()
                : [new("report", reportPath), new("report-folder", Path.GetDirectoryName(reportPath) ?? ".")],
        ];
        return [
            .. own, .. report.Steps.SelectMany(step => step.Result.Outputs).GroupBy(output => output.Name).Select(group => group.Last())];
    }

    /// <summary>The file's text, each value between delimiters of its own, so that no value can begin another output.</summary>
    /// <param name="outputs">Names and values.</param>
    /// <param name="delimiter">Makes an unguessable text, again at each call.</param>
    public static string Render(IEnumerable<Fact> outputs, Func<string> delimiter)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(delimiter);
        var text = new StringBuilder();
        foreach (var output in outputs)
        {
            var mark = $"dbgate_{delimiter()}";
            text.Append($"{output.Name}<<{mark}\n{output.Value}\n{mark}\n");
        }

        return text.ToString();
    }
}

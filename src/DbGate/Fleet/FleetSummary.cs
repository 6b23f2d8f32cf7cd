using System.Text;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Fleet;

/// <summary>All databases of a fleet at once. Pure.</summary>
/// <param name="Runs">Those that left a report.</param>
/// <param name="Missing">Those of the list that left none.</param>
sealed record FleetSummary(IReadOnlyList<FleetRun> Runs, IReadOnlyList<string> Missing)
{
    const int MostProblems = 100;

    /// <param name="names">The list; null when there is none, and those with reports are all.</param>
    /// <param name="runs">The reports.</param>
    public static FleetSummary From(IReadOnlyList<string>? names, IReadOnlyList<FleetRun> runs) => new(
        runs,
        [.. (names ?? []).Except(runs.Select(run => run.Name), StringComparer.OrdinalIgnoreCase)]);

    /// <summary>One line.</summary>
    public string Sentence
    {
        get
        {
            var passed = Runs.Count(run => run.Passed);
            var changed = Runs.Count(run => run.ExitCode == (int)ExitCode.MigrationFailed);
            return $"{passed} of {Runs.Count + Missing.Count} databases pass"
                + (Runs.Count > passed ? $", {Runs.Count - passed} {(Runs.Count - passed == 1 ? "does" : "do")} not" : "")
                + (changed > 0 ? $" ({changed} with a failed migration)" : "")
                + (Missing.Count > 0 ? $", {Missing.Count} did not run" : "");
        }
    }

    /// <summary>One for each database that did not pass, the weightiest first.</summary>
    public IEnumerable<Problem> Problems => Runs.Where(run => !run.Passed)
        .OrderByDescending(run => run.ExitCode == (int)ExitCode.MigrationFailed).ThenBy(run => run.Name, StringComparer.Ordinal)
        .Take(MostProblems)
        .Select(FleetProblems.NotPassed)
        .Concat(Missing.Count > 0 ? [FleetProblems.NotRun(Missing)] : []);

    /// <summary>The table, those that need a person first.</summary>
    public string ToMarkdown()
    {
        var text =
            new StringBuilder(
                $"# Fleet: {MarkdownText.Cell(Sentence)}\n\n| database | verdict | exit | finished | |\n|---|---|---:|---|---|\n");
        foreach (var run in Runs.OrderBy(run => run.Passed)
            .ThenByDescending(run => run.ExitCode == (int)ExitCode.MigrationFailed)
            .ThenBy(run => run.Name, StringComparer.Ordinal))
        {
            text.Append(
                $"| {MarkdownText.Cell(run.Name)} | {(run.Passed ? "pass" : "**blocked**")} | {run.ExitCode} | "
                    + $"{run.FinishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ")
                .Append($"| {MarkdownText.Cell(run.Problem ?? run.Summary)} |\n");
        }

        foreach (var name in Missing)
        {
            text.Append($"| {MarkdownText.Cell(name)} | **did not run** | | | |\n");
        }

        return text.ToString();
    }
}

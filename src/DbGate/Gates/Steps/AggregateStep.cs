using DbGate.Configuration;
using DbGate.Fleet;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>One verdict over the reports of a fleet: it passes only when every database of the list has a report that does.</summary>
sealed class AggregateStep : IStep
{
    const int Shown = 20;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("aggregate");

    /// <inheritdoc/>
    public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        var list = settings.Get(FleetSettings.List).Length > 0 ? FleetList.Read(settings.GetPath(FleetSettings.List)) : null;
        var (runs, unread) = FleetReports.Read(settings.GetPath(FleetSettings.Reports));
        if (list is null && runs.Count == 0)
        {
            throw new GateException(FleetProblems.Reports(settings.Get(FleetSettings.Reports), "it holds none"));
        }

        var summary = FleetSummary.From(list, runs);
        return Task.FromResult(new StepResult
        {
            Summary = summary.Sentence,
            Problems = [.. summary.Problems],
            Facts =
            [
                .. runs.Where(run => run.Passed).Take(Shown).Select(run => new Fact(run.Name, run.Summary)),
                .. runs.Count(run => run.Passed) is > Shown and var passed
                    ? [new Fact("…", $"{passed - Shown} more that pass")]
                    : Array.Empty<Fact>(),
            ],
            NotChecked =
            [
                .. unread.Take(Shown).Select(file => $"{file} is no report of DbGate"),
                .. list is null ? ["who is missing: no --fleet-list was given"] : Array.Empty<string>(),
            ],
            Files = [new StepFile("fleet.md", summary.ToMarkdown())],
        });
    }
}

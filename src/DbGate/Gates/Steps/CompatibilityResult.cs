using DbGate.Configuration;
using DbGate.Migrations.Compatibility;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Compatibility;
using DbGate.Reports;

namespace DbGate.Gates.Steps;

/// <summary>What a test of the running release means for a run.</summary>
static class CompatibilityResult
{
    const int Shown = 20;

    /// <param name="context">The run.</param>
    /// <param name="policy">What follows from a failure.</param>
    /// <param name="report">The test.</param>
    /// <param name="isAccepted">The approvers accept by name what fails.</param>
    /// <param name="others">Further problems.</param>
    /// <param name="waits">Who waits for the release's locks.</param>
    public static StepResult From(
        GateContext context, CompatibilityPolicy policy, CompatibilityReport report, bool isAccepted, IReadOnlyList<Problem> others,
        IEnumerable<string> waits)
    {
        var severity =
            context.IsProduction && policy == CompatibilityPolicy.Require && !isAccepted ? Severity.Error : Severity.Warning;
        Problem[] problems =
        [
            .. report.Stop is { } stop ? [CompatibilityProblems.Unfinished(stop, severity)] : Array.Empty<Problem>(),
            .. report.Failing.GroupBy(one => one.Place)
                .Select(place => CompatibilityProblems.Breaks(report, place.Key, [.. place], severity)),
            .. report.Breaks.Where(one => one.Weight == BreakWeight.MayFail).GroupBy(one => one.Place)
                .Select(place => CompatibilityProblems.MayBreak(report, place.Key, [.. place])),
            .. report.Breaks.Where(one => one.Weight == BreakWeight.Slower).GroupBy(one => one.Place)
                .Select(place => CompatibilityProblems.Slower(report, place.Key, [.. place])),
            .. others,
        ];
        return new StepResult
        {
            Summary = report.Sentence,
            Facts =
            [
                new Fact("queries", $"{report.Source}{(report.Since is { } since ? $" since {since.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "")}"),
                new Fact("tested", $"{report.Tested} query shapes, {report.Calls} calls"),
                .. waits.Select(wait => new Fact("who waits", wait)),
                .. report.Breaks.Take(Shown).Select(one => new Fact(Interruptions.Word(one.Weight), RunningRelease.Line(one))),
                .. report.Breaks.Count > Shown
                    ? [new Fact("more", $"{report.Breaks.Count - Shown} query shapes, all in compatibility.json")]
                    : Array.Empty<Fact>(),
            ],
            Problems = [.. problems],
            NotChecked = [.. CompatibilityNotes.From(new CompatibilityProof(report, null, isAccepted))],
            Json = RunningRelease.Json(report),
            Files =
            [
                new StepFile("compatibility.json", RunningRelease.Json(report) + "\n"),
                new StepFile("compatibility.sarif", RunningRelease.Sarif(problems, ProjectCheckout.Find(context.Settings))),
            ],
        };
    }
}

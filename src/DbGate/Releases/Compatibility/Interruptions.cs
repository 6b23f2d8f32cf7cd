using System.Globalization;
using DbGate.Migrations.Compatibility;
using DbGate.Releases.Plans;

namespace DbGate.Releases.Compatibility;

/// <summary>What the plan keeps of the test, and what its approvers accept by name. Pure.</summary>
static class Interruptions
{
    const int Kept = 200;

    public static PlanCompatibility? From(CompatibilityProof? proof)
    {
        if (proof?.Report is not { } report)
        {
            return null;
        }

        var failing = report.Failing;
        return new PlanCompatibility(
            report.Source,
            report.Tested,
            [
                .. report.Breaks.Take(Kept).Select(one => new PlanBrokenShape(
                    one.Hash, one.Shape, one.Role, one.Calls, Word(one.Weight), one.Words, one.Place?.Migration, one.Place?.Statement)),
            ],
            proof.IsAccepted && failing.Count > 0
                ? new PlanLoss(
                    $"running-release={failing.Count}",
                    $"{Count(failing.Count)} of the running release fail{(failing.Count == 1 ? "s" : "")} until the rollout ends"
                        + Share(report, failing))
                : proof.IsAccepted && report.Stop is { } stop
                ? new PlanLoss("running-release=unknown", $"the running release was tested only up to {stop.Place.Migration}")
                : null);
    }

    /// <summary>The weight as reports write it.</summary>
    public static string Word(BreakWeight weight) => weight switch
    {
        BreakWeight.Fails => "fails",
        BreakWeight.MayFail => "may fail",
        BreakWeight.FailsOnce => "fails once per connection",
        BreakWeight.Slower => "loses an index",
        _ => "differs",
    };

    static string Count(int shapes) => shapes == 1 ? "1 query shape" : $"{shapes} query shapes";

    static string Share(CompatibilityReport report, IReadOnlyList<ShapeBreak> failing) =>
        report.Share(failing) is { } percent ? string.Create(CultureInfo.InvariantCulture, $" ({percent:0.#} % of its calls)") : "";
}

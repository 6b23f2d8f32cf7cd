using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Plans;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Releases.Rehearsals;

/// <summary>What happened, next to what the rehearsal had shown.</summary>
sealed record RehearsalComparison(IReadOnlyList<Fact> Facts, IReadOnlyList<Problem> Problems)
{
    /// <summary>What could not be compared.</summary>
    public IReadOnlyList<string> NotChecked { get; private init; } = [];

    /// <summary>Compares catalog, row counts and time.</summary>
    public static async Task<RehearsalComparison> ReadAsync(
        EffectCheck? effect, Session live, PlanRehearsal? rehearsal, IReadOnlyList<(string Name, TimeSpan Time)> timings,
        CancellationToken cancellationToken)
    {
        if (rehearsal is null || effect is null)
        {
            return new([], []) { NotChecked = ["the effect of the deploy: without a rehearsal there is nothing to compare it with"] };
        }

        try
        {
            var (fact, unlike) = await effect.ReadAsync(live, cancellationToken);
            var (rows, counted) = await RowCounts.CompareAsync(live, rehearsal.Rows ?? [], cancellationToken);
            IReadOnlyList<Problem> implausible = rows.Count > 0 ? [EvidenceProblems.ImplausibleRows(rows)] : [];
            return unlike is null
                ? new([new Fact("as rehearsed", $"{fact}; {counted}{Times(rehearsal, timings)}")], implausible)
                : new([new Fact("rows", counted)], [unlike, .. implausible]);
        }
        catch (Exception exception) when (exception is PostgresFault or GateException)
        {
            return new([], [EvidenceProblems.UnlikeRehearsal("the catalog could not be read", [exception.Message])]);
        }
    }

    static string Times(PlanRehearsal rehearsal, IReadOnlyList<(string Name, TimeSpan Time)> timings) =>
        timings.Count == 0
            ? ""
            : $"; {TextSanitizer.Duration(TimeSpan.FromMilliseconds(rehearsal.Milliseconds))} rehearsed, "
                + $"{TextSanitizer.Duration(timings.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Time))} deployed";
}

using DbGate.Releases.Plans;
using DbGate.Gates;
using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Releases.Rehearsals;

/// <summary>What happened, beside what the rehearsal had shown.</summary>
sealed record RehearsalComparison(IReadOnlyList<Fact> Facts, IReadOnlyList<Problem> Problems)
{
    static readonly RehearsalComparison Nothing = new([], []);

    /// <summary>Compares catalog, row counts and time. The deploy stands whatever this finds.</summary>
    public static async Task<RehearsalComparison> ReadAsync(
        GateContext context, Session live, PlanRehearsal? rehearsal, IReadOnlyList<(string Name, TimeSpan Time)> timings,
        CancellationToken cancellationToken)
    {
        if (rehearsal is null)
        {
            return Nothing;
        }

        try
        {
            var catalog = await CatalogSnapshot.ReadAsync(live, DriftPolicy.Read(context), cancellationToken);
            var (rows, counted) = await RowCounts.CompareAsync(live, rehearsal.Rows ?? [], cancellationToken);
            IReadOnlyList<Problem> implausible = rows.Count > 0 ? [EvidenceProblems.ImplausibleRows(rows)] : [];
            return CatalogDigest.Of(catalog) == rehearsal.CatalogSha256
                ? new([new Fact("as rehearsed", $"the catalog is the rehearsed one; {counted}{Times(rehearsal, timings)}")], implausible)
                : new([new Fact("rows", counted)], [EvidenceProblems.UnlikeRehearsal(Words(context, catalog)), .. implausible]);
        }
        catch (Exception exception) when (exception is PostgresFault or GateException)
        {
            return new([], [EvidenceProblems.UnlikeRehearsal($"the catalog could not be read: {exception.Message}")]);
        }
    }

    /// <summary>In words where this run did the rehearsal; the plan alone holds only a digest.</summary>
    static string Words(GateContext context, CatalogSnapshot catalog) =>
        context.State.Rehearsal is { } proof
            ? string.Join("; ", CatalogComparison.Between(proof.Report.After, catalog).Take(5).Select(difference => difference.AsEffect()))
            : "the catalog has another digest";

    static string Times(PlanRehearsal rehearsal, IReadOnlyList<(string Name, TimeSpan Time)> timings) =>
        timings.Count == 0
            ? ""
            : $"; {TextSanitizer.Duration(TimeSpan.FromMilliseconds(rehearsal.Milliseconds))} rehearsed, "
                + $"{TextSanitizer.Duration(timings.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Time))} deployed";
}

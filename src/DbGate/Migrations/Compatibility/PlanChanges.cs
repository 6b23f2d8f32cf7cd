using System.Globalization;

namespace DbGate.Migrations.Compatibility;

/// <summary>An index.</summary>
/// <param name="Table">Schema and name, without quotes.</param>
/// <param name="Definition">As <c>pg_get_indexdef</c> has it.</param>
sealed record IndexFacts(string Table, string Definition)
{
    /// <summary>Makes it without holding up writers.</summary>
    public string Statement => Definition
        .Replace("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX CONCURRENTLY ", StringComparison.Ordinal)
        .Replace("CREATE INDEX ", "CREATE INDEX CONCURRENTLY ", StringComparison.Ordinal);
}

/// <summary>Indexes and row counts at one moment.</summary>
/// <param name="Indexes">By name, without schema.</param>
/// <param name="Rows">By table, as the server estimates them.</param>
sealed record PlanSurroundings(IReadOnlyDictionary<string, IndexFacts> Indexes, IReadOnlyDictionary<string, long> Rows);

/// <summary>How the plan of a query changed, on analysed data.</summary>
/// <param name="Query">The query.</param>
/// <param name="Before">Before the migrations.</param>
/// <param name="After">After them.</param>
sealed record PlanChange(RunningQuery Query, PlanCost Before, PlanCost After)
{
    /// <summary>The large table that it now reads from end to end; null for none.</summary>
    public string? Scanned { get; init; }

    /// <summary>The rows of that table.</summary>
    public long Rows { get; init; }

    /// <summary>Makes the index that it used before; null when that still exists.</summary>
    public string? Remedy { get; init; }

    /// <summary>True when each call costs noticeably more.</summary>
    public bool IsSlower { get; init; }

    /// <summary>What all calls cost more, for the order of the findings.</summary>
    public double Weight => (After.Total - Before.Total) * Math.Max(1, Query.Calls);

    /// <summary>What happens, with the planner's numbers.</summary>
    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Scanned is null ? "the plan costs more" : $"{Scanned} with about {Rows} rows is read from end to end")}: {Before.Total:0} to "
            + $"{After.Total:0} in the planner's units{(Query.Calls > 0 ? $", times {Query.Calls} calls" : "")}");
}

/// <summary>Decides whether a query got slower, from its generic plans. Pure.</summary>
static class PlanChanges
{
    /// <summary>Below this a table is read from end to end in a moment.</summary>
    internal const long LargeTable = 10_000;

    const double Factor = 2;
    const double Noticeable = 100;

    public static PlanChange Compare(RunningQuery query, PlanCost before, PlanCost after, PlanSurroundings old, PlanSurroundings now)
    {
        var isSlower = after.Total > before.Total * Factor && after.Total - before.Total > Noticeable;
        var scanned = after.Reads.Where(read => read.Index is null && !before.Reads.Contains(read))
            .Select(read => (read.Table, Rows: now.Rows.GetValueOrDefault(read.Table)))
            .Where(read => read.Rows >= LargeTable)
            .OrderByDescending(read => read.Rows)
            .FirstOrDefault();
        var lost = before.Reads.Select(read => read.Index).OfType<string>().FirstOrDefault(index => !now.Indexes.ContainsKey(index));
        return new(query, before, after)
        {
            IsSlower = isSlower || (scanned.Table is not null && after.Total > before.Total * Factor),
            Scanned = scanned.Table,
            Rows = scanned.Rows,
            Remedy = lost is not null && old.Indexes.TryGetValue(lost, out var index) ? index.Statement : null,
        };
    }
}

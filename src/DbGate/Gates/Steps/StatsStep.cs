using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Size and row counts of the target.</summary>
sealed class StatsStep : IStep
{
    const int ShownTables = 20;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("stats") with
    {
        LeavesReport = false,
        PrintsDocument = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var exact = context.Settings.Get(TaskOptions.Exact);
        using var bar = context.Services.Progress.Begin(exact ? "count rows" : "read statistics", null);
        var statistics = await DatabaseStatistics.ReadAsync(session, exact, new Counted(bar), cancellationToken);
        var left = statistics.Tables.Count - ShownTables;
        return new StepResult
        {
            Summary = $"{TextSanitizer.Bytes(statistics.SizeBytes)}, {statistics.Tables.Count} "
                + $"{(statistics.Tables.Count == 1 ? "table" : "tables")}, rows {(exact ? "counted" : "estimated (--exact counts them)")}",
            Facts =
            [
                .. statistics.Tables.Take(ShownTables).Select(table => new Fact(table.Name, $"{table.RowCount:N0}")),
                .. left > 0
                    ? [new Fact("…", $"{TextSanitizer.Count(left, "more table", "more tables")}; --json lists all")]
                    : Array.Empty<Fact>(),
            ],
            Json = statistics.ToJson(),
        };
    }

    sealed class Counted(IProgressBar bar) : IProgress<TableRows>
    {
        public void Report(TableRows value) => bar.Report(0, value.Name);
    }
}

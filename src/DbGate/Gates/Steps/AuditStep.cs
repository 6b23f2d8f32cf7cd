using DbGate.Backups;
using DbGate.Storage;
using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Releases.Rules;
using DbGate.Problems;

namespace DbGate.Gates.Steps;

/// <summary>Shows the evidence log, and proves that nothing in it was edited or taken out.</summary>
sealed class AuditStep : IStep
{
    const int Shown = 30;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("audit");

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var log = await EvidenceWriter.LogOf(context).ReadAllAsync(cancellationToken).ToListAsync(cancellationToken);
        var anchor = context.Settings.Get(TaskOptions.EvidenceHead) is { Length: > 0 } head ? head : null;
        var report = EvidenceAudit.Verify(log, BackupRequests.Key(context.Settings), anchor);
        var left = report.Records.Count - Shown;
        var leftover = await Leftovers.FindAsync(context, EvidenceWriter.LogOf(context), cancellationToken);
        return new StepResult
        {
            Summary = report.Problems.Any(problem => problem.IsBlocking)
                ? $"{report.Records.Count} {(report.Records.Count == 1 ? "record" : "records")}, and the chain is broken"
                : report.Records.Count == 0
                    ? "the evidence log is empty"
                    : $"{report.Records.Count} {(report.Records.Count == 1 ? "record" : "records")}, each where it was written",
            Problems = [.. report.Problems, .. leftover is null ? Array.Empty<Problem>() : [EvidenceProblems.LogIsEmpty(leftover)]],
            Facts =
            [
                .. left > 0 ? [new Fact("…", $"{left} earlier records")] : Array.Empty<Fact>(),
                .. report.Records.TakeLast(Shown).Select(record => new Fact(
                    $"{record.Sequence}",
                    $"{record.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {record.Environment} {record.Kind} {record.Outcome} ({record.Actor}): "
                        + $"{record.Summary}")),
                .. report.Head is null ? Array.Empty<Fact>() : [new Fact("head", report.Head)],
            ],
            NotChecked = [.. report.NotChecked],
        };
    }
}

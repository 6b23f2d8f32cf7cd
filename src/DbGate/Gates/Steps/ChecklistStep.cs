using DbGate.Checks;
using DbGate.Migrations;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>The release manager's list: before, after, every 90 days. Each line is measured now; none is ticked by hand.</summary>
sealed class ChecklistStep : IStep
{
    static readonly ICheck[] Before = [new GuardCheck(), .. CheckCatalog.BeforeRelease, new OpenTransactionsCheck()];
    static readonly ICheck[] After = [new MigrationsCheck(), new ApplicationReadyCheck()];

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("checklist");

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var before = await CheckRunner.RunAsync(Before, context, cancellationToken);
        var pending = await PendingAsync(context, cancellationToken);
        var after = pending.Count > 0
            ? After.Select(check =>
                new CheckReport(check.Descriptor,
                    CheckResult.Skipped($"{TextSanitizer.Count(pending.Count, "migration is", "migrations are")} not deployed yet"),
                    TimeSpan.Zero))
            : await CheckRunner.RunAsync(After, context, cancellationToken);
        var checks = before.Select(report => Named("before", report)).Concat(after.Select(report => Named("after", report))).ToArray();
        return new StepResult
        {
            Summary = CheckSummary.From(checks),
            Checks = [.. checks],
            Facts =
            [
                await RestoreTestAsync(context, cancellationToken),
                .. await ReleaseChecklist.ReadAsync(
                    context, await context.Services.Evidence.HistoryAsync(context, cancellationToken), pending, cancellationToken),
            ],
        };
    }

    static CheckReport Named(string when, CheckReport report) =>
        report with { Check = report.Check with { Name = $"{when}: {report.Check.Name}" } };

    static async Task<IReadOnlyList<string>> PendingAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var session = await context.SessionAsync(cancellationToken);
        var ledger = await project.ReadLedgerAsync(session, context.Target.Url.Schema, cancellationToken);
        return [.. MigrationStatus.Decide(project.ReadFolder(), ledger).Pending.Select(entry => entry.Name)];
    }

    static async Task<Fact> RestoreTestAsync(GateContext context, CancellationToken cancellationToken)
    {
        var record = await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken);
        return new Fact(
            "every 90 days",
            record is null
                ? "restore test: none on record in the store (the task restore-test makes one)"
                : $"restore test: {record.TestedAt:yyyy-MM-dd}, {(context.Clock.GetUtcNow() - record.TestedAt).TotalDays:0} days ago"
                    + (record.RestoreTime is { } time ? $", restored in {TextSanitizer.Duration(time)}" : ""));
    }
}

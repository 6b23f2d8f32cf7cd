using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Storage;

namespace DbGate.Gates.Steps;

/// <summary>
/// Deletes the backups that retention no longer wants. Never the newest verified one, never the newest restore-tested one.
/// </summary>
sealed class PruneBackupsStep : IPreviewedStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("prune-backups") with
    {
        IsRecorded = true,
    };

    /// <inheritdoc/>
    public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken) =>
        RunAsync(context, context.Settings.Get(TaskOptions.Preview), cancellationToken);

    /// <inheritdoc/>
    public Task<StepResult> PreviewAsync(GateContext context, CancellationToken cancellationToken) =>
        RunAsync(context, preview: true, cancellationToken);

    static async Task<StepResult> RunAsync(GateContext context, bool preview, CancellationToken cancellationToken)
    {
        var policy = Policy(context.Settings);
        var facts = new List<Fact>();
        var (deleted, kept) = (0, 0);
        foreach (var store in BackupStores.Open(context.Settings))
        {
            var report = await PruneAsync(
                store, policy, new() { Environment = EnvironmentOf(context), DryRun = preview }, cancellationToken);
            kept += report.Plan.Kept.Count();
            deleted += preview ? report.Plan.Doomed.Count() : report.Deleted.Count;
            facts.AddRange(report.Lines.Select(line => new Fact(line.Verb, line.What)));
        }

        return new StepResult { Summary = $"{kept} kept, {deleted} {(preview ? "would be deleted" : "deleted")}", Facts = [.. facts],
            OnlyLooked = preview };
    }

    /// <summary>
    /// After a backup of one database: that one's only. Another environment's backups have another policy, and are never touched.
    /// </summary>
    internal static Task<PruneReport> PruneAsync(GateContext context, IObjectStore store, CancellationToken cancellationToken) =>
        PruneAsync(
            store, Policy(context.Settings), new() { Environment = EnvironmentOf(context), Database = context.Target.DirectUrl.Database },
            cancellationToken);

    internal static async Task<PruneReport> PruneAsync(
        IObjectStore store, RetentionPolicy policy, PruneOptions options, CancellationToken cancellationToken)
    {
        var backups = await BackupRecords.ReadAsync(store, options.Environment!, options.Database, cancellationToken);
        var plan = RetentionPlan.Decide(backups, policy, await store.ReadClockAsync(cancellationToken));
        return await new Pruner(store).PruneAsync(plan, options with { Actor = $"DbGate {ToolVersion.Current}" }, cancellationToken);
    }

    static string EnvironmentOf(GateContext context) => context.Environment.ToString().ToLowerInvariant();

    internal static RetentionPolicy Policy(Settings settings) => new RetentionPolicy
    {
        Days = int.TryParse(
            settings.Get(BackupSettings.RetentionDays), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : 0,
        MinimumCount = settings.Get(BackupSettings.KeepAtLeast),
        Daily = settings.Get(BackupSettings.KeepDaily),
        Weekly = settings.Get(BackupSettings.KeepWeekly),
        Monthly = settings.Get(BackupSettings.KeepMonthly),
        Yearly = settings.Get(BackupSettings.KeepYearly),
    }.Checked();
}

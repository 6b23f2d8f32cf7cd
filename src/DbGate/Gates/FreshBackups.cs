using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Deploys;
using DbGate.Releases.Plans;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Gates;

/// <summary>
/// The backup that a deploy goes back to is recent: in production an older one is replaced by a fresh one directly before the deploy.
/// </summary>
static class FreshBackups
{
    /// <param name="producer">The step that deploys.</param>
    /// <param name="context">The run.</param>
    /// <param name="session">With the target; its clock decides.</param>
    /// <param name="backup">What the deploy has; null where policy demands none.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The backup to go back to, and what was written since it.</returns>
    /// <exception cref="GateException">The fresh backup failed.</exception>
    public static async Task<FreshBackup> DemandAsync<TStep>(
        TStep producer, GateContext context, Session session, BackupProof? backup, CancellationToken cancellationToken)
        where TStep : IProduces<BackupProof>, IProduces<BackupBaseline>
    {
        if (backup is null)
        {
            return new FreshBackup(null, null, []);
        }

        var limit = context.Settings.Get(BackupSettings.MaxStaleness);
        var age = await AgeAsync(session, backup, cancellationToken);
        IReadOnlyList<Fact> renewed = [];
        if (context.IsProduction && age > limit)
        {
            var old = backup;
            backup = await BackupFirstStep.TakeProofAsync(producer, context, cancellationToken);
            renewed =
                [new Fact(
                    "backup renewed",
                    $"the backup of {Moment(old)} was {TextSanitizer.Duration(age)} old, more than {TextSanitizer.Duration(limit)} "
                        + "(backup.maxStaleness)")];
        }

        if (backup.Recovery.Count > 0)
        {
            var (marked, facts) = await EngineBackups.MarkAsync(context, session, backup, cancellationToken);
            return new FreshBackup(
                marked, null, [.. renewed, .. facts, new Fact("a restore loses", RestoreLoss.Words(marked.TakenAt, null))]);
        }

        var written = await WrittenAsync(context, session, backup, cancellationToken);
        return new FreshBackup(backup, written, [.. renewed, new Fact("a restore loses", RestoreLoss.Words(backup.TakenAt, written))]);
    }

    static async Task<TimeSpan> AgeAsync(Session session, BackupProof backup, CancellationToken cancellationToken) =>
        await session.ScalarAsync<DateTimeOffset>("select clock_timestamp()", cancellationToken) - backup.TakenAt;

    /// <summary>Since this run's own backup, or since the plan's; not known of any other.</summary>
    static async Task<WrittenSince?> WrittenAsync(
        GateContext context, Session session, BackupProof backup, CancellationToken cancellationToken)
    {
        var counters = context.State.Backup == backup && context.State.Baseline?.Writes is { } writes ? writes.Total
            : context.State.Release?.File.Plan.Promise.Backup is { } planned && planned.ManifestSha256 == backup.ManifestSha256
                ? planned.Counters
            : null;
        return (await DatabaseWrites.ReadAsync(session, cancellationToken))?.Since(counters);
    }

    static string Moment(BackupProof backup) => $"{backup.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}

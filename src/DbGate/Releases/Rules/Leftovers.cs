using DbGate.Backups;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Gates;

namespace DbGate.Releases.Rules;

/// <summary>
/// What DbGate stores only together with evidence. Next to an empty log it shows that the log was removed, or that the store is another
/// one.
/// </summary>
static class Leftovers
{
    /// <returns>The key of a plan or a backup; null when the log is not empty, or the store holds neither.</returns>
    public static async Task<string?> FindAsync(GateContext context, EvidenceLog log, CancellationToken cancellationToken)
    {
        if (!EvidenceWriter.IsOn(context) || await log.ReadNewestAsync(1, cancellationToken).AnyAsync(cancellationToken))
        {
            return null;
        }

        var environment = context.Environment.ToString().ToLowerInvariant();
        var plan = await PlanGate.PlansOf(context).FindNewestAsync(environment, cancellationToken);
        if (plan is not null)
        {
            return $"plans/{plan.Digest}.json";
        }

        var catalog = new BackupCatalog(BackupStores.Open(context.Settings)[0]);
        return (await catalog.ListAsync(environment, database: null, cancellationToken))
            .Select(entry => entry.Archive.Key)
            .FirstOrDefault();
    }
}

using DbGate.Backups.Manifests;
using DbGate.Storage;
using DbGate.Problems;

namespace DbGate.Backups.Retention;

/// <summary>
/// Carries a <see cref="RetentionPlan"/> out. Before the first deletion it makes sure that what the plan relies on still is, and stores
/// a record of what goes and why. A manifest goes before its archive: a run that is killed in between leaves an orphan, never a backup
/// that lacks its archive.
/// </summary>
/// <param name="store">Where the backups are. Deleting needs rights that taking backups does not.</param>
sealed class Pruner(IObjectStore store)
{
    /// <summary>Deletes what the plan dooms, and sweeps leftovers; run again, it goes on where it stopped.</summary>
    /// <param name="plan">What to do. Made of a fresh listing.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops between two deletions.</param>
    /// <exception cref="GateException">DBG0361: a backup that must stay is not there, and nothing was deleted; or the store
    /// refused.</exception>
    public async Task<PruneReport> PruneAsync(RetentionPlan plan, PruneOptions options, CancellationToken cancellationToken)
    {
        var orphans = await OrphanSearch.FindAsync(store, plan, options, cancellationToken);
        var swept = orphans.Where(orphan => orphan.Sweep).ToArray();
        if (options.DryRun || (!plan.Doomed.Any() && swept.Length == 0))
        {
            return new(plan, options.DryRun, [], [], orphans, LogKey: null);
        }

        await RequireKeptAsync(plan, cancellationToken);
        var log = await PruneLog.WriteAsync(store, plan, swept, options.Actor, cancellationToken);
        var (deleted, locked) = (new List<BackupRecord>(), new List<RetentionDecision>());
        foreach (var backup in plan.Doomed)
        {
            if (await TryDeleteAsync(backup, cancellationToken) is { } held)
            {
                locked.Add(new(backup, Keep: true, held));
            }
            else
            {
                deleted.Add(backup);
            }
        }

        await SweepAsync(swept, cancellationToken);
        return new(plan, DryRun: false, deleted, locked, orphans, log);
    }

    /// <summary>Each series that loses a backup keeps its newest verified one: that has to be there, in full length.</summary>
    async Task RequireKeptAsync(RetentionPlan plan, CancellationToken cancellationToken)
    {
        var doomed = plan.Doomed.Select(backup => (backup.Environment, backup.Database)).ToHashSet();
        var relied = plan.Kept
            .Where(backup => doomed.Contains((backup.Environment, backup.Database)) && backup.Verified >= plan.Policy.RequiredLevel)
            .GroupBy(backup => (backup.Environment, backup.Database))
            .Select(series => series.MaxBy(backup => backup.StoredAt)!);
        foreach (var kept in relied)
        {
            var fault = await store.HeadAsync(kept.ManifestKey, cancellationToken) is null ? "its manifest is gone"
                : await store.HeadAsync(kept.ArchiveKey, cancellationToken) is not { } archive ? "its archive is gone"
                : archive.Length != kept.Bytes ? $"its archive has {archive.Length} bytes instead of {kept.Bytes}"
                : null;
            if (fault is not null)
            {
                throw RetentionProblems.KeptBackupMissing(store.Location, kept, fault);
            }
        }
    }

    /// <summary>Why the store keeps it; null when it is gone.</summary>
    async Task<string?> TryDeleteAsync(BackupRecord backup, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(backup.ManifestKey, cancellationToken);
            await DeleteAsync(backup.ArchiveKey, cancellationToken);
            await DeleteAsync(RolesFile.KeyOf(backup.ArchiveKey), cancellationToken);
            return null;
        }
        catch (GateException refusal) when (refusal.Problem.Code == StoresProblems.ObjectLockedCode)
        {
            return refusal.Problem.Cause ?? refusal.Problem.Message;
        }
    }

    async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (await store.HeadAsync(key, cancellationToken) is { } found)
        {
            await store.DeleteAsync(found, cancellationToken);
        }
    }

    async Task SweepAsync(IReadOnlyList<Orphan> swept, CancellationToken cancellationToken)
    {
        foreach (var orphan in swept.Where(orphan => orphan.Kind is OrphanKind.Archive))
        {
            await TryDeleteOrphanAsync(orphan.Key, cancellationToken);
        }

        if (store is IUnfinishedUploads unfinished && swept.Any(orphan => orphan.Kind is OrphanKind.Upload))
        {
            var named = swept.Select(orphan => (orphan.Key, orphan.Since)).ToHashSet();
            await foreach (var upload in unfinished.ListUnfinishedAsync(cancellationToken))
            {
                if (named.Contains((upload.Key, upload.StartedAt)))
                {
                    await unfinished.AbortAsync(upload, cancellationToken);
                }
            }
        }
    }

    async Task TryDeleteOrphanAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(RolesFile.KeyOf(key), cancellationToken);
            await DeleteAsync(key, cancellationToken);
        }
        catch (GateException refusal) when (refusal.Problem.Code == StoresProblems.ObjectLockedCode)
        {
            // Stays until its lock ends; the next run finds it again.
        }
    }
}

using DbGate.Backups.Manifests;
using DbGate.Storage;

namespace DbGate.Backups.Retention;

/// <summary>
/// Finds leftovers. An archive without a manifest is swept only when it must be a failed run of DbGate's own: it is in a series of
/// backups that DbGate made, older than the newest and younger than the oldest of them. Anything else may be another tool's backup, and
/// is only shown. What the plan counts as a backup is never a leftover.
/// </summary>
static class OrphanSearch
{
    const string ArchiveEnd = ".sql.gz";
    const int StampLength = 15;

    static readonly string ManifestEnd = BackupManifest.KeyOf(ArchiveEnd);

    public static async Task<IReadOnlyList<Orphan>> FindAsync(
        IObjectStore store, RetentionPlan plan, PruneOptions options, CancellationToken cancellationToken)
    {
        var age = options.OrphanAge;
        var objects = await store.ListAsync(string.Empty,
            cancellationToken).Where(found => Concerns(found.Key, options)).ToListAsync(cancellationToken);
        var keys = objects.Select(found => found.Key).ToHashSet(StringComparer.Ordinal);
        var backups = plan.Decisions.Select(decision => decision.Backup.ArchiveKey).ToHashSet(StringComparer.Ordinal);
        var archives = objects
            .Where(found => found.Key.EndsWith(ArchiveEnd, StringComparison.Ordinal)
                && !keys.Contains(BackupManifest.KeyOf(found.Key)) && !backups.Contains(found.Key))
            .Select(found => Judge(found, plan, age));
        var manifests = objects
            .Where(found => found.Key.EndsWith(ManifestEnd, StringComparison.Ordinal)
                && !keys.Contains(found.Key[..^(ManifestEnd.Length - ArchiveEnd.Length)]))
            .Select(found =>
                new Orphan(
                    found.Key, OrphanKind.Manifest, found.LastModified, Sweep: false,
                    "its archive is gone; DbGate does not delete in that order"));
        var uploads = store is IUnfinishedUploads unfinished
            ? await unfinished.ListUnfinishedAsync(cancellationToken)
                .Where(upload => Concerns(upload.Key, options))
                .Select(upload => Judge(upload, plan.StoreNow, age))
                .ToListAsync(cancellationToken)
            : [];
        return [.. archives, .. manifests, .. uploads];
    }

    // What is no backup's by its name may be anyone's: it is shown, and swept only by the rules below.
    static bool Concerns(string key, PruneOptions options) =>
        BackupName.Find(key.EndsWith(ManifestEnd, StringComparison.Ordinal) ? key[..^(ManifestEnd.Length - ArchiveEnd.Length)] : key)
            ?.IsOf(options.Environment, options.Database) != false;

    static Orphan Judge(StoredObject archive, RetentionPlan plan, TimeSpan age)
    {
        var (sweep, reason) =
            Judge(
                archive,
                [.. plan.Decisions.Select(decision => decision.Backup)
                    .Where(backup => SeriesOf(backup.ArchiveKey) == SeriesOf(archive.Key))], plan.StoreNow, age);
        return new(archive.Key, OrphanKind.Archive, archive.LastModified, sweep, reason);
    }

    static (bool Sweep, string Reason) Judge(StoredObject archive, BackupRecord[] series, DateTimeOffset now, TimeSpan age) =>
        now - archive.LastModified < age ? (false, "no manifest yet; a backup may be running")
        : series.Length == 0 ? (false, "no manifest, and no backup of DbGate's beside it; perhaps another tool's")
        : archive.LastModified < series.Min(backup => backup.StoredAt)
            ? (false, "no manifest, and older than DbGate's first backup here; perhaps another tool's")
        : archive.LastModified > series.Max(backup => backup.StoredAt)
            ? (false, "no manifest, and no later backup has succeeded; look at why it failed")
        : (true, "no manifest: a backup that was never completed");

    static Orphan Judge(UnfinishedUpload upload, DateTimeOffset now, TimeSpan age) =>
        now - upload.StartedAt < age
            ? new(upload.Key, OrphanKind.Upload, upload.StartedAt, Sweep: false, "an unfinished upload; a backup may be running")
            : new(upload.Key, OrphanKind.Upload, upload.StartedAt, Sweep: true, "an upload that was never finished");

    /// <summary>The name without its time: <c>shop_production_20261122_060000.sql.gz</c> is of <c>shop_production_</c>.</summary>
    static string? SeriesOf(string key) =>
        key.Length > ArchiveEnd.Length + StampLength && key[..^ArchiveEnd.Length] is var stem
        && stem[^StampLength..].Select((c, at) => at == 8 ? c == '_' : char.IsAsciiDigit(c)).All(fits => fits)
            ? stem[..^StampLength]
            : null;
}

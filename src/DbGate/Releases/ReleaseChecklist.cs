using DbGate.Backups.History;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases.Evidence;
using DbGate.Texts;

namespace DbGate.Releases;

/// <summary>
/// The lines of a release manager's checklist that no check of the release answers: each is measured, and none blocks.
/// </summary>
static class ReleaseChecklist
{
    /// <summary>Records that are read: those of some weeks, where releases and backups are daily.</summary>
    const int Records = 60;

    /// <summary>Reads the newest evidence.</summary>
    /// <param name="context">The run.</param>
    /// <param name="history">The backups; null when the store did not answer.</param>
    /// <param name="migrations">The migrations of this release; empty when nothing is pending.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">The store cannot be read.</exception>
    public static async Task<IReadOnlyList<Fact>> ReadAsync(
        GateContext context, BackupHistory? history, IReadOnlyList<string> migrations, CancellationToken cancellationToken) =>
        From(
            await EvidenceHistory.NewestAsync(context, Records, cancellationToken), history, migrations,
            context.Environment.ToString().ToLowerInvariant(), Bucket(context.Settings), context.Clock.GetUtcNow());

    /// <summary>Pure.</summary>
    /// <param name="records">The newest records of the evidence log, the newest first.</param>
    /// <param name="history">The backups.</param>
    /// <param name="migrations">The migrations of this release.</param>
    /// <param name="environment">Where it goes, in lower case.</param>
    /// <param name="bucket">The bucket that backups are sent to; null when there is none.</param>
    /// <param name="now">The time of the list.</param>
    public static IReadOnlyList<Fact> From(
        IReadOnlyList<EvidenceRecord> records, BackupHistory? history, IReadOnlyList<string> migrations, string environment,
        string? bucket, DateTimeOffset now) =>
    [
        new("tested in staging", InStaging(records, migrations)),
        new("cloud storage", bucket ?? "no: backups stay on this machine (backup.uploadEnabled is not set)"),
        new("scheduled backup", Scheduled(records, environment, now)),
        new("first backup", First(history)),
        new("uploaded", Uploaded(history, bucket)),
    ];

    static string InStaging(IReadOnlyList<EvidenceRecord> records, IReadOnlyList<string> migrations)
    {
        var deploys = records.Where(record => record is { Environment: "staging", Kind: "migrate-deploy", Outcome: "passed" }).ToArray();
        var missing = migrations.Where(name => !deploys.Any(record => Applied(record, name))).ToArray();
        return migrations.Count == 0 ? "nothing is pending"
            : missing.Length == 0
                ? $"yes: {TextSanitizer.Count(migrations.Count, "migration", "migrations")}, last on {deploys[0].At:yyyy-MM-dd}"
            : $"not on record in this store: {string.Join(", ", missing.Take(3))}"
                + (missing.Length > 3 ? $" and {missing.Length - 3} more" : "");
    }

    /// <summary>The fact is the name, and the time that it took.</summary>
    static bool Applied(EvidenceRecord record, string name) => record.Facts.Any(fact =>
        fact.Name == "applied"
        && fact.Value.Split('\n').Any(line => line == name || line.StartsWith($"{name} ", StringComparison.Ordinal)
            || line.StartsWith($"{name}:", StringComparison.Ordinal) || line.StartsWith($"{name},", StringComparison.Ordinal)));

    /// <summary>The task <c>backup</c>: those of a release are <c>backup-first</c>.</summary>
    static string Scheduled(IReadOnlyList<EvidenceRecord> records, string environment, DateTimeOffset now) =>
        records.FirstOrDefault(record => record.Kind == "backup" && record.Outcome == "passed" && record.Environment == environment)
            is { } last
            ? $"last {TextSanitizer.Duration(now - last.At)} ago"
            : "none on record: see docs/guides/scheduling.md";

    static string First(BackupHistory? history) => history is not { Backups: [{ } first, ..] } ? "none on record"
        : history.Older > 0 ? $"yes: {history.Older + history.Backups.Count:N0} backups"
        : $"{first.TakenAt:yyyy-MM-dd}, {TextSanitizer.Count(history.Backups.Count, "backup", "backups")} since";

    static string Uploaded(BackupHistory? history, string? bucket) => history is not { Backups: [.., { } last] } ? "none on record"
        : bucket is null ? "no: stored on this machine"
        : $"yes: {last.Key} in {history.Store}";

    static string? Bucket(Settings settings) =>
        !settings.Get(BackupSettings.UploadEnabled) ? null
        : settings.Get(BackupSettings.S3Bucket) is { Length: > 0 } s3 ? $"s3://{s3}"
        : settings.Get(BackupSettings.GcsBucket) is { Length: > 0 } gcs ? $"gs://{gcs}"
        : null;
}

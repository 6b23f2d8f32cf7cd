using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Backups.History;

/// <summary>Reads the history from manifests and restore-test records. What cannot be trusted is left out.</summary>
static class BackupHistoryReader
{
    const int MostBackups = 30;
    const int MostTests = 12;
    const int MostTables = 12;

    /// <param name="store">Where.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="database">The database's name.</param>
    /// <param name="key">When given, only what it signed counts.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<BackupHistory> ReadAsync(
        IObjectStore store, string environment, string database, SigningKey? key, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(store);
        var entries = await catalog.ListAsync(environment, database, cancellationToken);
        var tests = await RestoreTestRecords.NewestAsync(store, environment, database, key, MostTests, cancellationToken);
        var opened =
            await ParallelReads.SelectAsync(
                [.. entries.Take(MostBackups).Reverse()], (entry, token) => TryOpenAsync(catalog, entry, token), cancellationToken);
        ManifestFile[] manifests =
            [.. opened.OfType<ManifestFile>().Where(file => key is null || file.Check(key) == SignatureState.Valid)];

        return new BackupHistory(
            store.Location,
            [.. manifests.Select(file => Point(file, tests))],
            Math.Max(0, entries.Count - MostBackups),
            [.. tests.OrderBy(test => test.TestedAt).Select(Point)],
            Grown([.. manifests.Select(file => file.Manifest)]));
    }

    static async Task<ManifestFile?> TryOpenAsync(BackupCatalog catalog, CatalogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var file = await catalog.OpenAsync(entry, cancellationToken);
            return file.Manifest.Archive.Length == entry.Archive.Length ? file : null;
        }
        catch (GateException fault) when (fault.Problem.Code == ManifestProblems.UnreadableCode)
        {
            return null;
        }
    }

    static BackupPoint Point(ManifestFile file, IReadOnlyList<FoundRestoreTest> tests)
    {
        var manifest = file.Manifest;
        var proven = tests.Where(test => test.Report.Passed && test.Report.ManifestSha256 == file.Sha256)
            .Select(test => test.Report.Level).Append(manifest.Verification.Proven ?? VerificationLevel.Complete).Max();
        return new BackupPoint(
            manifest.Archive.Key,
            manifest.Times.Snapshot,
            manifest.Archive.Length,
            manifest.Source.Bytes,
            manifest.Tables.Sum(table => table.Rows),
            manifest.Times.Verified - manifest.Times.Started,
            $"L{(int)proven}");
    }

    static RestoreTestPoint Point(FoundRestoreTest test) =>
        new(test.Report.Archive, test.TestedAt, test.Report.Passed, $"L{(int)test.Report.Level}", test.Report.RestoreTime,
            test.Report.Rows);

    /// <summary>Those that changed most, then the largest.</summary>
    static IReadOnlyList<TableGrowth> Grown(IReadOnlyList<BackupManifest> manifests)
    {
        Dictionary<string, long>[] counts =
        [
            .. manifests.Select(manifest => manifest.Tables.GroupBy(table => table.ToString(), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Sum(table => table.Rows), StringComparer.Ordinal)),
        ];
        return
        [
            .. counts.SelectMany(one => one.Keys).Distinct(StringComparer.Ordinal)
                .Select(table =>
                    new TableGrowth(table, [.. counts.Select(one => one.TryGetValue(table, out var rows) ? rows : (long?)null)]))
                .OrderByDescending(table => Math.Abs(table.Change))
                .ThenByDescending(table => table.Latest)
                .ThenBy(table => table.Table, StringComparer.Ordinal)
                .Take(MostTables),
        ];
    }
}

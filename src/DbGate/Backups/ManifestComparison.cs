using DbGate.Backups.Manifests;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>Compares a backup with the one before it, so that a silent loss is seen while the older backup still exists.</summary>
static class ManifestComparison
{
    const double Half = 0.5;
    const long FewRows = 1000;

    /// <summary>Tables that vanished, became empty, or lost more than half of at least a thousand rows.</summary>
    public static IEnumerable<Problem> Compare(BackupManifest last, IReadOnlyList<ManifestTable> tables)
    {
        var now = tables.ToDictionary(table => table.ToString(), table => table.Rows);
        var changes = last.Tables.Select(before => Change(before, now.TryGetValue(before.ToString(), out var rows) ? rows : null)).OfType<string>().ToArray();
        return changes.Length == 0 ? [] : [PreflightProblems.Suspicious(changes, last)];
    }

    static string? Change(ManifestTable before, long? rows) => rows switch
    {
        null => $"{before} is gone",
        0 when before.Rows > 0 => $"{before} lost all of its {before.Rows} rows",
        _ when before.Rows >= FewRows && rows < before.Rows * Half => $"{before} went from {before.Rows} rows to {rows}",
        _ => null,
    };
}

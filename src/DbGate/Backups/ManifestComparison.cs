using DbGate.Backups.Manifests;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>Compares a backup with the one before it, so that a silent loss is seen while the older backup still exists.</summary>
static class ManifestComparison
{
    const double Half = 0.5;
    const long FewRows = 1000;

    /// <summary>The same where there may be no earlier backup.</summary>
    public static IEnumerable<Problem> Against(BackupManifest? last, IReadOnlyList<ManifestTable> tables) =>
        last is null ? [] : Compare(last, tables);

    /// <summary>Tables that vanished, became empty, or lost more than half of at least a thousand rows.</summary>
    public static IEnumerable<Problem> Compare(BackupManifest last, IReadOnlyList<ManifestTable> tables)
    {
        var now = tables.ToDictionary(table => table.ToString(), table => table.Rows);
        var changes =
            last.Tables.Select(before => Change(before, now.TryGetValue(before.ToString(), out var rows) ? rows : null))
                .OfType<string>()
                .ToArray();
        var (rows, before) = (tables.Sum(table => table.Rows), last.Tables.Sum(table => table.Rows));
        string[] all = rows < before * Half ? [$"all tables together went from {before} rows to {rows}", .. changes] : changes;
        return all.Length == 0 ? [] : [PreflightProblems.Suspicious(all, last)];
    }

    static string? Change(ManifestTable before, long? rows) => rows switch
    {
        null => $"{before} is gone",
        0 when before.Rows > 0 => $"{before} lost all of its {before.Rows} {(before.Rows == 1 ? "row" : "rows")}",
        _ when before.Rows >= FewRows && rows < before.Rows * Half => $"{before} went from {before.Rows} rows to {rows}",
        _ => null,
    };
}

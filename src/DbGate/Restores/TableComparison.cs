using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Restores;

/// <summary>Compares single restored tables with the manifest.</summary>
static class TableComparison
{
    /// <summary>Demands that the tables hold what the manifest says.</summary>
    /// <exception cref="GateException">DBG0709: one does not.</exception>
    public static async Task DemandAsync(PostgresUrl url, IReadOnlyList<ManifestTable> tables, RestoreOptions options, CancellationToken ct)
    {
        var digest = await DatabaseDigest.ReadAsync(url, options.Reading, null, ct);
        string[] differences =
        [
            .. tables.Where(table => table.LoadedThrough is null)
                .Where(table => digest.Tables.GetValueOrDefault(new(table.Schema, table.Name)) != table.Digest)
                .Select(table => $"{table} has other rows than the backup"),
        ];
        if (differences.Length > 0)
        {
            throw new GateException(RestoreProblems.Differs("Rows", differences));
        }
    }
}

using DbGate.Backups.Manifests;

namespace DbGate.Backups.Restores;

/// <summary>What a restored database is compared with when parts of the archive are left out. Pure.</summary>
static class ChangedManifest
{
    /// <summary>
    /// The manifest without the extensions that are left out, their configuration tables, and the sequences next to those.
    /// </summary>
    public static BackupManifest From(BackupManifest manifest, RestoreChanges changes)
    {
        if (changes.Extensions.Count == 0)
        {
            return manifest;
        }

        var left = manifest.Tables.Where(table => table.Extension is { } extension && changes.Extensions.Contains(extension)).ToArray();
        var schemas = left.Select(table => table.Schema).Except(manifest.Tables.Except(left).Select(table => table.Schema)).ToHashSet();
        return manifest with
        {
            Extensions = [.. manifest.Extensions.Where(extension => !changes.Extensions.Contains(extension.Name))],
            Tables = [.. manifest.Tables.Except(left)],
            Sequences = [.. manifest.Sequences.Where(sequence => !schemas.Contains(sequence.Schema))],
        };
    }
}

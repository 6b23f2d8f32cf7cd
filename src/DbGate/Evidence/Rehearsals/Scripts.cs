using DbGate.Migrations;
using DbGate.Migrations.Statements;

namespace DbGate.Evidence.Rehearsals;

/// <summary>Reads migration files; every room calls the same file by the same name.</summary>
static class Scripts
{
    /// <exception cref="Problems.GateException">A file cannot be taken apart.</exception>
    public static async Task<IReadOnlyList<MigrationScript>> ReadAsync(IEnumerable<Migration> files, CancellationToken cancellation)
    {
        var scripts = new List<MigrationScript>();
        foreach (var file in files)
        {
            scripts.Add(new MigrationScript(file, await file.SplitAsync(cancellation)));
        }

        return scripts;
    }

    /// <summary>What the ledger says was executed, or stands for it as a baseline, and is still on disk.</summary>
    public static IEnumerable<Migration> Applied(MigrationStatus status) =>
        status.Entries.Where(entry => entry is { Row.IsApplied: true, File.Checksum: not null }).Select(entry => entry.File!);
}

using System.Runtime.CompilerServices;
using DbGate.Migrations.Statements;

namespace DbGate.Migrations;

/// <summary>
/// Migrations taken apart, each read once for as long as somebody holds it: what was held against its checksum is what runs, whatever happens
/// to the file meanwhile.
/// </summary>
static class MigrationScripts
{
    static readonly ConditionalWeakTable<Migration, SqlScript> Known = new();

    /// <exception cref="Problems.GateException">DBG0217: the file is no longer the one that was checked; or it cannot be taken apart.</exception>
    public static async Task<SqlScript> SplitAsync(this Migration migration, CancellationToken cancellation)
    {
        if (Known.TryGetValue(migration, out var known))
        {
            return known;
        }

        var script = StatementSplitter.Split(await migration.ReadSqlAsync(cancellation), $"{migration.Name}/migration.sql");
        Known.AddOrUpdate(migration, script);
        return script;
    }
}

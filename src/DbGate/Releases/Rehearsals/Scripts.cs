using DbGate.Configuration;
using DbGate.Releases.Forecasts;
using DbGate.Migrations;
using DbGate.Migrations.Execution;
using DbGate.Statements;

namespace DbGate.Releases.Rehearsals;

/// <summary>Reads migration files; every room calls the same file by the same name.</summary>
static class Scripts
{
    /// <exception cref="Problems.GateException">A file cannot be taken apart.</exception>
    public static async Task<IReadOnlyList<MigrationScript>> ReadAsync(IEnumerable<Migration> files, CancellationToken cancellationToken)
    {
        var scripts = new List<MigrationScript>();
        foreach (var file in files)
        {
            scripts.Add(new MigrationScript(file, await file.SplitAsync(cancellationToken)));
        }

        return scripts;
    }

    /// <summary>Reads what is to be deployed, and refuses a file that no engine runs as it reads.</summary>
    /// <exception cref="Problems.GateException">A file cannot be taken apart, or DBG0271, DBG0283 to DBG0287.</exception>
    public static async Task<IReadOnlyList<MigrationScript>> ReadPendingAsync(
        MigrationStatus status, EngineRules rules, CancellationToken cancellationToken)
    {
        var scripts = await ReadAsync(status.Pending.Select(entry => entry.File!), cancellationToken);
        foreach (var script in scripts.Where(script => !MigrationScripts.IsExecuted(script.File)))
        {
            FileRules.Demand(script.Script, rules.SendsFilesRaw);
        }

        return scripts;
    }

    /// <summary>False when an applied migration is code whose SQL was not read: then the others alone do not make the schema.</summary>
    public static bool AllHaveSql(MigrationStatus status) =>
        status.Entries.All(entry => entry is not { Row.IsApplied: true, File.HasSql: false });

    /// <summary>What the ledger states was executed, or means it as a baseline, and is still on disk.</summary>
    public static IEnumerable<Migration> Applied(MigrationStatus status) =>
        status.Entries.Where(entry => entry is { Row.IsApplied: true, File: { Checksum: not null, HasSql: true } })
            .Select(entry => entry.File!);
}

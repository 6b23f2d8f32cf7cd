using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.Backups.Restores;

/// <summary>
/// Extensions whose library the server must have loaded at its start. A scratch server gets those of the source that the backup needs, and
/// runs none of their jobs.
/// </summary>
static class PreloadedLibraries
{
    const string Libraries = "shared_preload_libraries";

    /// <summary>The scheduler: it exists in one database of a server only, and its jobs must not run in a copy.</summary>
    public const string Cron = "pg_cron";

    /// <summary>The setting that names the database of <see cref="Cron"/>.</summary>
    public const string CronDatabase = "cron.database_name";

    /// <summary>A scratch server's options with what the backup needs.</summary>
    /// <param name="options">Its options so far; what they set wins.</param>
    /// <param name="manifest">Of the backup.</param>
    /// <param name="database">The database that is filled.</param>
    /// <param name="hasLibrary">Whether the server has a library.</param>
    public static ThrowawayOptions Add(ThrowawayOptions options, BackupManifest manifest, string database, Func<string, bool> hasLibrary)
    {
        var needed = (manifest.Source.Settings.GetValueOrDefault(Libraries) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(library => library.Trim('"'))
            .Where(library => manifest.Extensions.Any(extension => extension.Name == library) && hasLibrary(library)).ToArray();
        if (needed.Length == 0)
        {
            return options;
        }

        var settings = new Dictionary<string, string>(options.Settings);
        settings.TryAdd(Libraries, string.Join(',', needed));
        if (needed.Contains(Cron))
        {
            settings[CronDatabase] = database;
            settings["cron.max_running_jobs"] = "0";
            settings["cron.log_run"] = "off";
        }

        return options with { Settings = settings };
    }

    /// <summary>Demands that the database that is filled may have the scheduler.</summary>
    /// <param name="session">On its server.</param>
    /// <param name="manifest">Of the backup.</param>
    /// <param name="changes">What is left out.</param>
    /// <param name="database">The database; null for one whose name is not known yet, which has a new name.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">DBG0719.</exception>
    public static async Task DemandAsync(
        Session session, BackupManifest manifest, RestoreChanges changes, string? database, CancellationToken cancellationToken)
    {
        if (manifest.Extensions.All(extension => extension.Name != Cron) || changes.Extensions.Contains(Cron))
        {
            return;
        }

        var home = await session.ScalarAsync<string?>($"SELECT current_setting('{CronDatabase}', true)", cancellationToken);
        if (home is null || home != database)
        {
            throw RestoreProblems.CronElsewhere(home);
        }
    }
}

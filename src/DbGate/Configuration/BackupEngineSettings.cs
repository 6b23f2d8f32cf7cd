using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Backups that another engine takes.</summary>
static class BackupEngineSettings
{
    /// <summary>Whose backups a release relies on.</summary>
    public static readonly Setting<BackupProvider> Provider = new(
        "backup.provider", ["DBGATE_BACKUP_PROVIDER"],
        "dump: DbGate takes the backup; the others: DbGate demands proof from the engine (docs/guides/backup-engines.md)",
        Word<BackupProvider>(), BackupProvider.Dump)
    {
        Class = Guarding,
    };

    /// <summary>The cluster's name in the engine.</summary>
    public static readonly Setting<string> Stanza = new(
        "backup.stanza", ["DBGATE_BACKUP_STANZA"],
        "pgbackrest: name of the stanza, default: found by the system identifier; barman: name of the server", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The engine's configuration.</summary>
    public static readonly Setting<string> EngineConfig = new(
        "backup.engineConfig", ["DBGATE_BACKUP_ENGINE_CONFIG"],
        "pgbackrest, barman: path of its configuration file; default: its own", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Where pg_basebackup writes.</summary>
    public static readonly Setting<string> BaseFolder = new(
        "backup.baseFolder", ["DBGATE_BACKUP_BASE_FOLDER"],
        "basebackup: absolute path of the folder with one folder for each base backup", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Where archive_command writes.</summary>
    public static readonly Setting<string> WalFolder = new(
        "backup.walFolder", ["DBGATE_BACKUP_WAL_FOLDER"], "basebackup: absolute path of the folder with the archived WAL", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>What reports the backups of an engine that DbGate does not know.</summary>
    public static readonly Setting<string> ExternalCommand = new(
        "backup.externalCommand", ["DBGATE_BACKUP_EXTERNAL_COMMAND"],
        "external: shell command that prints the newest backup as JSON (docs/schemas/external-backup.schema.json)", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The oldest base backup.</summary>
    public static readonly Setting<TimeSpan> MaxBaseAge = new(
        "backup.maxBaseAge", ["DBGATE_BACKUP_MAX_BASE_AGE"], "backup engines: oldest base backup that a release relies on", Period,
        TimeSpan.FromDays(8))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>How much is compared.</summary>
    public static readonly Setting<BackupComparison> Comparison = new(
        "backup.comparison", ["DBGATE_BACKUP_COMPARISON"],
        "backup engines, restore test: complete compares all rows; sampled only samples of tables above 64 MiB", Word<BackupComparison>(),
        BackupComparison.Complete)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<BackupComparison>(),
    };

    /// <summary>How long the archive may take.</summary>
    public static readonly Setting<TimeSpan> ArchiveTimeout = new(
        "backup.archiveTimeout", ["DBGATE_BACKUP_ARCHIVE_TIMEOUT"],
        "backup engines: how long to wait until the restore point is archived", Period, TimeSpan.FromMinutes(2))
    {
        Class = Operational,
    };

    /// <summary>How long a restore may take.</summary>
    public static readonly Setting<TimeSpan> RestoreTimeout = new(
        "backup.restoreTimeout", ["DBGATE_BACKUP_RESTORE_TIMEOUT"],
        "backup engines: longest time of a verification, a restore or a recovery", Period, TimeSpan.FromHours(12))
    {
        Class = Operational,
    };

    /// <summary>Where clusters are restored.</summary>
    public static readonly Setting<string> ScratchFolder = new(
        "backup.scratchFolder", ["DBGATE_BACKUP_SCRATCH_FOLDER"],
        "backup engines: folder for restored clusters, as large as the cluster; default: the temporary folder", Text, "")
    {
        Class = Operational,
    };
}

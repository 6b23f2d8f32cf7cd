using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Backups, their stores and their retention.</summary>
static class BackupSettings
{
    /// <summary>Whether backups are taken.</summary>
    public static readonly Setting<string> Enabled = new(
        "backup.enabled", ["BACKUP_ENABLED"], "must be true in production", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Days that backups are kept.</summary>
    public static readonly Setting<string> RetentionDays = new(
        "backup.retentionDays", ["BACKUP_RETENTION_DAYS"],
        "days that backups are kept; recommended: development 3, staging 7, production 30", Text, "7")
    {
        Class = Guarding,
        WeakerWhen = Weaker.Fewer,
    };

    /// <summary>Whether backups go to the bucket.</summary>
    public static readonly Setting<bool> UploadEnabled = new(
        "backup.uploadEnabled", ["BACKUP_UPLOAD_ENABLED"], "upload backups to the bucket", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<bool>(),
    };

    /// <summary>The S3 bucket.</summary>
    public static readonly Setting<string> S3Bucket = new(
        "backup.s3Bucket", ["AWS_S3_BACKUP_BUCKET"],
        "S3 bucket, optionally with /prefix; AWS_* and DBGATE_S3_* variables apply (docs/guides/stores.md)", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The Google bucket.</summary>
    public static readonly Setting<string> GcsBucket = new(
        "backup.gcsBucket", ["GCS_BACKUP_BUCKET"],
        "Google Cloud Storage bucket, optionally with /prefix; default credentials apply (docs/guides/stores.md)", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The local folder.</summary>
    public static readonly Setting<string> Folder = new(
        "backup.folder", ["DBGATE_BACKUP_FOLDER"], "local folder of the backups, relative to the project", Text, "backups")
    {
        Class = Guarding,
    };

    /// <summary>A copy next to the bucket's.</summary>
    public static readonly Setting<bool> KeepLocal = new(
        "backup.keepLocal", ["DBGATE_BACKUP_KEEP_LOCAL"], "with uploads enabled: also keep a local copy", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>The compression level.</summary>
    public static readonly Setting<int> Compression = new(
        "backup.compression", ["DBGATE_BACKUP_COMPRESSION"], "zlib level 1 to 9; 0 picks a level automatically", Whole(0, 9), 0)
    {
        Class = Operational,
        Option = "compression",
    };

    /// <summary>Connections of a dump.</summary>
    public static readonly Setting<int> Jobs = new(
        "backup.jobs", ["DBGATE_BACKUP_JOBS"], "parallel connections that read; 0: one per core, at most 4", Whole(0, 64), 0)
    {
        Class = Operational,
        Option = "jobs",
    };

    /// <summary>Who reads the rows.</summary>
    public static readonly Setting<DumpReader> Reader = new(
        "backup.reader", ["DBGATE_BACKUP_READER"], "copy: parallel psql workers; pgdump: pg_dump reads the rows too", Word<DumpReader>(),
        DumpReader.Copy)
    {
        Class = Operational,
        Option = "reader",
    };

    /// <summary>How long a dump waits for a locked table.</summary>
    public static readonly Setting<TimeSpan> LockTimeout = new(
        "backup.lockTimeout", ["DBGATE_BACKUP_LOCK_TIMEOUT"], "how long a backup waits for a locked table", Duration,
        TimeSpan.FromSeconds(30))
    {
        Class = Operational,
        Option = "lock-timeout",
    };

    /// <summary>A standby as the source.</summary>
    public static readonly Setting<bool> AllowStandby = new(
        "backup.allowStandby", [], "allow a backup from a standby; unlogged tables are empty there", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
        Option = "allow-standby",
    };

    /// <summary>Another database than the last backup's.</summary>
    public static readonly Setting<bool> AcceptNewDatabase = new(
        "backup.acceptNewDatabase", [], "accept that this is not the database of the last backup", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
        Option = "accept-new-database",
    };

    /// <summary>How old a verified backup may be to serve a release without a new one.</summary>
    public static readonly Setting<TimeSpan> MaxAge = new(
        "backup.maxAge", ["DBGATE_BACKUP_MAX_AGE"], "reuse a verified backup up to this age; 0s: always take one", Duration, TimeSpan.Zero)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>How old the backup may be that a deploy goes back to.</summary>
    public static readonly Setting<TimeSpan> MaxStaleness = new(
        "backup.maxStaleness", ["DBGATE_BACKUP_MAX_STALENESS"],
        "production: a deploy with an older backup takes a new one first", Duration, TimeSpan.FromMinutes(15))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>How far a backup must be proven before a release needs it.</summary>
    public static readonly Setting<BackupLevel> Level = new(
        "backup.level", ["DBGATE_BACKUP_LEVEL"],
        "backup-first requires: L0 an external engine reports it; L1 every byte read back; L2 also the schema restored; L3 "
            + "everything restored and compared",
        Word<BackupLevel>(), Configuration.BackupLevel.L1)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<BackupLevel>(),
    };

    /// <summary>Retention beyond the days.</summary>
    public static readonly Setting<int> KeepDaily =
        Keep("backup.keepDaily", "DBGATE_KEEP_DAILY", "number of days for which the newest backup is kept");

    /// <inheritdoc cref="KeepDaily"/>
    public static readonly Setting<int> KeepWeekly =
        Keep("backup.keepWeekly", "DBGATE_KEEP_WEEKLY", "number of weeks for which the newest backup is kept");

    /// <inheritdoc cref="KeepDaily"/>
    public static readonly Setting<int> KeepMonthly = Keep(
        "backup.keepMonthly", "DBGATE_KEEP_MONTHLY",
        "number of months for which the newest backup is kept; recommended for production: 12");

    /// <inheritdoc cref="KeepDaily"/>
    public static readonly Setting<int> KeepYearly =
        Keep("backup.keepYearly", "DBGATE_KEEP_YEARLY", "number of years for which the newest backup is kept");

    /// <summary>The least number of verified backups that stay, however old.</summary>
    public static readonly Setting<int> KeepAtLeast = new(
        "backup.keepAtLeast", ["DBGATE_KEEP_AT_LEAST"], "minimum number of verified backups to keep at any age", Whole(1, 10_000), 3)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<int>(),
    };

    /// <summary>Signs manifests, plans and records.</summary>
    public static readonly Setting<string> SigningKey = SecretSetting.Create(TrustedOnly, 
        "signingKey", "DBGATE_SIGNING_KEY",
        "Ed25519 or ECDSA P-256 private key that signs manifests and records: PEM text or a file's path");

    /// <summary>The date of the last restore test, written by hand.</summary>
    public static readonly Setting<string> LastRestoreTestDate = new(
        "backup.lastRestoreTestDate", ["LAST_BACKUP_RESTORE_TEST_DATE"],
        "date of the last restore test, yyyy-MM-dd; at most 90 days ago in production", Text, "")
    {
        Class = Guarding,
    };

    static Setting<int> Keep(string name, string variable, string help) => new(name, [variable], help, Whole(0, 10_000), 0)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<int>(),
    };
}

using DbGate.Configuration;
using DbGate.Gates.Steps;
using static DbGate.Configuration.TaskOptions;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>Backups and restores.</summary>
static class BackupTasks
{
    const string Backing =
        "dump the target into the backup folder or bucket, read the archive back, and write its manifest last; change nothing in "
            + "the database";

    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new()
        {
            Name = "backup",
            Group = Backup,
            Description = "Takes and verifies a backup without a release, for schedules.",
            DryRun = Backing,
            Settings = [.. SettingsCatalog.OfTopic("backup")],
            Examples = ["dbgate backup --environment=production", "dbgate backup --environment=production --jobs=4 --compression=6"],
            Step = () => new BackupFirstStep(alwaysTake: true),
        },
        new()
        {
            Name = "backup-first",
            Group = Backup,
            Description = "Takes a backup, reads it back from the store and checks every byte.",
            DryRun = Backing,
            Prerequisites = ["forbid-db-push", "production-safety"],
            Settings = [.. SettingsCatalog.OfTopic("backup")],
            Examples = ["dbgate backup-first --environment=production --backup-max-age=30m"],
            NotKnown = "whether the backup succeeds, its size and its time",
            Step = () => new BackupFirstStep(),
        },
        new()
        {
            Name = "prune-backups",
            Group = Backup,
            Description = "Deletes backups that no retention rule keeps. --preview only lists them with the reason.",
            DryRun = "list the stores' backups, decide, log and delete; with --preview: only list what would be deleted, with the reason",
            Options = [Preview],
            Settings = [.. SettingsCatalog.OfTopic("backup")],
            Examples = ["dbgate prune-backups --environment=production --preview"],
            Step = () => new PruneBackupsStep(),
        },
        new()
        {
            Name = "restore-test",
            Group = Backup,
            Description = "Restores the newest backup into a scratch database, compares every row and records the result.",
            DryRun = "verify the backup, restore it into TEST_DATABASE_URL or a throwaway server, compare it with its manifest, write the "
                + "record into the store",
            Options = [RestoreBackup],
            Settings = [.. SettingsCatalog.OfTopic("restore")],
            Examples =
            [
                "dbgate restore-test --environment=production",
                "dbgate restore-test --environment=production --schema-only",
                "dbgate restore-test --environment=production --due-after=30d",
            ],
            NotKnown = "whether the backup restores, and how long it takes",
            Step = () => new RestoreTestStep(),
        },
        new()
        {
            Name = "restore",
            Group = Backup,
            Description = "Restores a backup into a new database, verifies it and swaps it in. --into, --table and --file keep "
                + "it separate.",
            DryRun = "verify the backup, restore it into a new database, compare it with its manifest, then rename both; with --into or "
                + "--table: keep it separate",
            Options = [RestoreBackup, RestoreFile, RestoreTable, RestoreInto, RestorePrepared, Confirm],
            Settings = [RestoreSettings.Omit, RestoreSettings.OwnerMap, RestoreSettings.Jobs],
            Examples =
            [
                "dbgate restore --environment=production --into=shop_yesterday",
                "dbgate restore --environment=production --table=public.wallets --into=wallets_yesterday",
            ],
            Step = () => new RestoreStep(),
            IsForPeopleOnly = true,
        },
    ];
}

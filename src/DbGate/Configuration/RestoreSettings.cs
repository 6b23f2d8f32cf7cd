using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Restores and restore tests.</summary>
static class RestoreSettings
{
    /// <summary>What a restore leaves out.</summary>
    public static readonly Setting<string> Omit = new(
        "restore.omit", [], "restore, restore-test: leave out owners, privileges, event-triggers, extension:NAME (comma-separated)", Text,
        "")
    {
        Class = Guarding,
        Option = "omit",
    };

    /// <summary>Other roles for those of the backup.</summary>
    public static readonly Setting<string> OwnerMap = new(
        "restore.ownerMap", [], "restore, restore-test: replace roles of the backup, old=new (comma-separated)", Text, "")
    {
        Class = Guarding,
        Option = "owner-map",
    };

    /// <summary>Drop the test database first.</summary>
    public static readonly Setting<bool> Recreate = new(
        "restore.recreate", ["DBGATE_RESTORE_RECREATE"], "restore-test: drop TEST_DATABASE_URL's database first", Switch, false)
    {
        Class = Operational,
        Option = "recreate",
    };

    /// <summary>Definitions only.</summary>
    public static readonly Setting<bool> SchemaOnly = new(
        "restore.schemaOnly", [], "restore-test: restore the definitions without rows (level L2)", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
        Option = "schema-only",
    };

    /// <summary>Where the date of the restore test goes.</summary>
    public static readonly Setting<string> EnvFile = new(
        "restore.envFile", ["DBGATE_RESTORE_ENV_FILE"], "restore-test: .env file to write LAST_BACKUP_RESTORE_TEST_DATE to; default: none",
        Text, "")
    {
        Class = Operational,
        Option = "env-file",
    };

    /// <summary>Connections of a restore.</summary>
    public static readonly Setting<int> Jobs = new(
        "restore.jobs", ["DBGATE_RESTORE_JOBS"], "parallel connections that load; 0: one per core, at most 4", Whole(0, 64), 0)
    {
        Class = Operational,
    };

    /// <summary>How old a restore test may get before it is repeated.</summary>
    public static readonly Setting<TimeSpan> DueAfter = new(
        "restore.dueAfter", ["DBGATE_RESTORE_DUE_AFTER"], "restore-test: skip while the last recorded test is younger; 0s: always test",
        Duration, TimeSpan.Zero)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
        Option = "due-after",
    };
}

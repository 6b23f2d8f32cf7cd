using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The migrations and their deploy.</summary>
static class MigrationSettings
{
    /// <summary>Where the migrations are.</summary>
    public static readonly Setting<string> Folder = new(
        "migrations.folder", ["DBGATE_MIGRATIONS"], "folder of the migrations; default: from the tool's configuration or files", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Which tool's migrations they are.</summary>
    public static readonly Setting<string> Tool = new(
        "migrations.tool", ["DBGATE_MIGRATION_TOOL"],
        "the migration tool, such as efcore or flyway (docs/reference/migration-tools.md); default: detected", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The ledger table, where it is not found by its columns.</summary>
    public static readonly Setting<string> Ledger = new(
        "migrations.ledger", ["DBGATE_LEDGER"],
        "ledger table as schema.table; for the tool custom schema.table.column; default: found by its columns", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Who applies the migrations.</summary>
    public static readonly Setting<DeployEngineKind> Engine = new(
        "migrations.engine", ["DBGATE_ENGINE"], "prisma: run the project's own command; direct: apply the files without it",
        Word<DeployEngineKind>(), DeployEngineKind.Prisma)
    {
        Class = Operational,
        Option = "engine",
    };

    /// <summary>The project's own deploy command.</summary>
    public static readonly Setting<string> Command = new(
        "migrations.command", ["DBGATE_MIGRATE_COMMAND"],
        "deploy command; default: the usual one of the migration tool, for Prisma the one here", Text,
        "npx --no-install prisma migrate deploy")
    {
        Class = Guarding,
        Option = "migrate-command",
    };

    /// <summary>The tool's own status, as a second witness.</summary>
    public static readonly Setting<string> StatusCommand = new(
        "migrations.statusCommand", ["DBGATE_STATUS_COMMAND"],
        "command that prints \"<state> <migration>\" for each migration; what contradicts the ledger blocks", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>How long a deploy may take.</summary>
    public static readonly Setting<TimeSpan> DeployTimeout = new(
        "migrations.timeout", ["DBGATE_DEPLOY_TIMEOUT"], "deadline of the whole deploy", Duration, TimeSpan.FromHours(1))
    {
        Class = Operational,
    };

    /// <summary>What a migration's statement waits for a lock.</summary>
    public static readonly Setting<TimeSpan> DeployLockTimeout = new(
        "migrations.lockTimeout", ["DBGATE_DEPLOY_LOCK_TIMEOUT"],
        "how long a migration's statement waits for a lock while other sessions queue behind it; 0s: no limit", Duration,
        TimeSpan.FromSeconds(5))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Longer,
    };

    /// <summary>What a migration's statement may take.</summary>
    public static readonly Setting<TimeSpan> DeployStatementTimeout = new(
        "migrations.statementTimeout", ["DBGATE_DEPLOY_STATEMENT_TIMEOUT"], "longest run time of one statement; 0s: no limit", Duration,
        TimeSpan.Zero)
    {
        Class = Operational,
    };

    /// <summary>How long a deploy waits for locks.</summary>
    public static readonly Setting<TimeSpan> DeployLockWait = new(
        "migrations.lockWait", ["DBGATE_DEPLOY_LOCK_WAIT"], "how long a deploy retries while other sessions hold required locks", Duration,
        TimeSpan.FromMinutes(2))
    {
        Class = Operational,
    };
}

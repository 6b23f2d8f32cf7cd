using DbGate.Backups;
using DbGate.Protection;
using DbGate.Signing;
using DbGate.Targets;
using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The settings of a project. A new one is one field here; docs/reference/settings.md is tested against it.</summary>
static class SettingsCatalog
{
    /// <summary>Where the release goes.</summary>
    public static readonly Setting<TargetEnvironment> Environment = new(
        "environment", ["DBGATE_ENVIRONMENT"], "development, staging or production", Word<TargetEnvironment>(),
        TargetEnvironment.Development)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<TargetEnvironment>(),
    };

    /// <summary>The gated project's root.</summary>
    public static readonly Setting<string> Project = new(
        "project", ["DBGATE_PROJECT"], "root folder of the gated project", Text, ".")
    {
        Class = Operational,
    };

    /// <summary>Machine-readable output.</summary>
    public static readonly Setting<bool> Json = new("json", ["DBGATE_JSON"], "print only the JSON report on standard output", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Every warning in full.</summary>
    public static readonly Setting<bool> Verbose =
        new("verbose", ["DBGATE_VERBOSE"], "show each warning and each harmless note in full, not one block for each kind", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Nothing but problems.</summary>
    public static readonly Setting<bool> Quiet =
        new("quiet", ["DBGATE_QUIET"], "print only problems, so that a schedule sends mail only when there is one", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Where reports go.</summary>
    public static readonly Setting<string> ReportsFolder = new(
        "reportsFolder", ["DBGATE_REPORTS"], "folder of the reports, relative to the project", Text, "artifacts/dbgate")
    {
        Class = Operational,
    };

    /// <summary>The name of the variable that holds the target's URL, for pipelines with names of their own.</summary>
    public static readonly Setting<string> DatabaseUrlVariable = new(
        "databaseUrlVariable", [], "name of the variable that holds the database URL", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The target's URL.</summary>
    public static readonly Setting<string> DatabaseUrl =
        Secret(
            Guarding, "databaseUrl", "DATABASE_URL",
            "the target's URL; production reads DATABASE_URL_PROD first, staging DATABASE_URL_STAGING");

    /// <summary>Production's URL.</summary>
    public static readonly Setting<string> DatabaseUrlProduction =
        Secret(Guarding, "databaseUrlProd", "DATABASE_URL_PROD", "production's URL");

    /// <summary>Staging's URL.</summary>
    public static readonly Setting<string> DatabaseUrlStaging =
        Secret(Guarding, "databaseUrlStaging", "DATABASE_URL_STAGING", "staging's URL");

    /// <summary>The URL that bypasses a pooler.</summary>
    public static readonly Setting<string> DirectUrl =
        Secret(Guarding, "directUrl", "DIRECT_URL", "the target's direct URL, required when the other URL leads to a pooler");

    /// <summary>Where restore tests and rehearsals may restore.</summary>
    public static readonly Setting<string> TestDatabaseUrl =
        Secret(
            Guarding, "testDatabaseUrl", "TEST_DATABASE_URL",
            "database that restore tests and rehearsals may overwrite; default: a throwaway server (docs/guides/scratch-servers.md)");

    /// <summary>A read replica of the target.</summary>
    public static readonly Setting<string> ReadReplicaUrl =
        Secret(Guarding, "readReplicaUrl", "DATABASE_READ_REPLICA_URL", "read replica of the target; checked when set");

    /// <summary>The application's pool limit.</summary>
    public static readonly Setting<string> MaxConnections = new(
        "maxConnections", ["DATABASE_MAX_CONNECTIONS"], "the application's connection limit, 1 to 100", Text, "")
    {
        Class = Operational,
    };

    /// <summary>A production without anything that the command guard could follow.</summary>
    public static readonly Setting<bool> NoEntrypoints = new(
        "noEntrypoints", ["DBGATE_NO_ENTRYPOINTS"], "production: declares that production runs no file of this project", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>A release from files that no commit contains.</summary>
    public static readonly Setting<bool> AllowDirtyWorkTree = new(
        "allowDirtyWorkTree", ["DBGATE_ALLOW_DIRTY_WORK_TREE"], "production: allow a release whose work tree differs from the commit",
        Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>The seed's flag. Must not be true in production.</summary>
    public static readonly Setting<string> PushAllowed = new(
        "pushAllowed", ["PRISMA_DB_PUSH_ALLOWED"], "must not be true in production", Text, "")
    {
        Class = Operational,
    };

    /// <summary>How far a replica may lag.</summary>
    public static readonly Setting<TimeSpan> ReplicaMaxLag = new(
        "replicaMaxLag", ["DBGATE_REPLICA_MAX_LAG"], "longest accepted lag of the read replica", Duration, TimeSpan.FromSeconds(30))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>Where the migrations are.</summary>
    public static readonly Setting<string> MigrationsFolder = new(
        "migrations.folder", ["DBGATE_MIGRATIONS"], "folder of the migrations; default: from the tool's configuration or files", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Which tool's migrations they are.</summary>
    public static readonly Setting<string> MigrationsTool = new(
        "migrations.tool", ["DBGATE_MIGRATION_TOOL"],
        "the migration tool, such as efcore or flyway (docs/reference/migration-tools.md); default: detected", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The ledger table, where it is not found by its columns.</summary>
    public static readonly Setting<string> MigrationsLedger = new(
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
    public static readonly Setting<string> MigrateCommand = new(
        "migrations.command", ["DBGATE_MIGRATE_COMMAND"],
        "deploy command; default: the usual one of the migration tool, for Prisma the one here", Text,
        "npx --no-install prisma migrate deploy")
    {
        Class = Guarding,
        Option = "migrate-command",
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

    /// <summary>The seed's switch.</summary>
    public static readonly Setting<string> BackupEnabled = new(
        "backup.enabled", ["BACKUP_ENABLED"], "must be true in production", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Days that backups are kept.</summary>
    public static readonly Setting<string> BackupRetentionDays = new(
        "backup.retentionDays", ["BACKUP_RETENTION_DAYS"],
        "days that backups are kept; recommended: development 3, staging 7, production 30", Text, "7")
    {
        Class = Guarding,
        WeakerWhen = Weaker.Fewer,
    };

    /// <summary>Whether backups go to the bucket.</summary>
    public static readonly Setting<bool> BackupUploadEnabled = new(
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
    public static readonly Setting<string> BackupFolder = new(
        "backup.folder", ["DBGATE_BACKUP_FOLDER"], "local folder of the backups, relative to the project", Text, "backups")
    {
        Class = Guarding,
    };

    /// <summary>A copy beside the bucket's.</summary>
    public static readonly Setting<bool> BackupKeepLocal = new(
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
    public static readonly Setting<int> BackupJobs = new(
        "backup.jobs", ["DBGATE_BACKUP_JOBS"], "parallel connections that read; 0: one per core, at most 4", Whole(0, 64), 0)
    {
        Class = Operational,
        Option = "jobs",
    };

    /// <summary>Who reads the rows.</summary>
    public static readonly Setting<DumpReader> BackupReader = new(
        "backup.reader", ["DBGATE_BACKUP_READER"], "copy: parallel psql workers; pgdump: pg_dump reads the rows too", Word<DumpReader>(),
        DumpReader.Copy)
    {
        Class = Operational,
        Option = "reader",
    };

    /// <summary>How long a dump waits for a locked table.</summary>
    public static readonly Setting<TimeSpan> BackupLockTimeout = new(
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
    public static readonly Setting<TimeSpan> BackupMaxAge = new(
        "backup.maxAge", ["DBGATE_BACKUP_MAX_AGE"], "reuse a verified backup up to this age; 0s: always take one", Duration, TimeSpan.Zero)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>How old the backup may be that a deploy goes back to.</summary>
    public static readonly Setting<TimeSpan> BackupMaxStaleness = new(
        "backup.maxStaleness", ["DBGATE_BACKUP_MAX_STALENESS"],
        "production: a deploy with an older backup takes a new one first", Duration, TimeSpan.FromMinutes(15))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>How far a backup must be proven before a release stands on it.</summary>
    public static readonly Setting<BackupLevel> BackupLevel = new(
        "backup.level", ["DBGATE_BACKUP_LEVEL"],
        "backup-first requires: L1 every byte read back; L2 also the schema restored; L3 everything restored and compared",
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
    public static readonly Setting<string> SigningKey = Secret(TrustedOnly, 
        "signingKey", "DBGATE_SIGNING_KEY",
        "Ed25519 or ECDSA P-256 private key that signs manifests and records: PEM text or a file's path");

    /// <summary>The seed's hand-written date.</summary>
    public static readonly Setting<string> LastRestoreTestDate = new(
        "backup.lastRestoreTestDate", ["LAST_BACKUP_RESTORE_TEST_DATE"],
        "date of the last restore test, yyyy-MM-dd; at most 90 days ago in production", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The application's readiness address.</summary>
    public static readonly Setting<string> ReadyUrl = new("ready.url", ["READY_URL"], "address of the application's /ready", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>How long the application may take to become ready.</summary>
    public static readonly Setting<TimeSpan> ReadyTimeout = new(
        "ready.timeout", ["READY_TIMEOUT"], "how long to wait until the application is ready", Duration, TimeSpan.FromMinutes(2))
    {
        Class = Operational,
    };

    /// <summary>Whether a production without READY_URL blocks.</summary>
    public static readonly Setting<ReadyPolicy> ReadyPolicy = new(
        "ready.policy", ["DBGATE_READY_POLICY"],
        "application: production requires READY_URL; ledger: the ledger and the safety checks are enough", Word<ReadyPolicy>(),
        Configuration.ReadyPolicy.Application)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<ReadyPolicy>(),
    };

    /// <summary>How the database protects itself.</summary>
    public static readonly Setting<ProtectionMode> ProtectionMode = new(
        "protection.mode", ["DBGATE_PROTECTION_MODE"],
        "protect: triggers refuse schema changes; roles revoke the permission; auto: triggers where the server allows them",
        Word<ProtectionMode>(), Configuration.ProtectionMode.Auto)
    {
        Class = Guarding,
    };

    /// <summary>Whether production must be protected.</summary>
    public static readonly Setting<bool> ProtectionRequired = new(
        "protection.required", ["DBGATE_PROTECTION_REQUIRED"], "production blocks unless the database is protected", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<bool>(),
    };

    /// <summary>The login of releases.</summary>
    public static readonly Setting<string> ProtectionDeployRole = new(
        "protection.deployRole", ["DBGATE_PROTECTION_DEPLOY_ROLE"], "protect: login role of releases; default: the role that installs",
        Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The owner in roles mode.</summary>
    public static readonly Setting<string> ProtectionOwnerRole = new(
        "protection.ownerRole", ["DBGATE_PROTECTION_OWNER_ROLE"],
        "protect, roles: owner of the schema, cannot log in; default: <database>_owner", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The application's login in roles mode.</summary>
    public static readonly Setting<string> ProtectionRuntimeRole = new(
        "protection.runtimeRole", ["DBGATE_PROTECTION_RUNTIME_ROLE"], "protect, roles: login role of the application", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Logins that the protection lets through.</summary>
    public static readonly Setting<string> ProtectionExemptRoles = new(
        "protection.exemptRoles", ["DBGATE_PROTECTION_EXEMPT_ROLES"],
        "protect: roles that may change the schema at any time, such as a partition manager; comma-separated", Text, "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.MoreNames,
    };

    /// <summary>Tables with a tripwire.</summary>
    public static readonly Setting<string> ProtectionTripwireTables = new(
        "protection.tripwireTables", ["DBGATE_PROTECTION_TRIPWIRE_TABLES"],
        "protect: tables that refuse TRUNCATE and whole-table DELETE or UPDATE; comma-separated", Text, "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.FewerNames,
    };

    /// <summary>What a restore leaves out.</summary>
    public static readonly Setting<string> RestoreOmit = new(
        "restore.omit", [], "restore, restore-test: leave out owners, privileges, event-triggers, extension:NAME (comma-separated)", Text,
        "")
    {
        Class = Guarding,
        Option = "omit",
    };

    /// <summary>Other roles for those of the backup.</summary>
    public static readonly Setting<string> RestoreOwnerMap = new(
        "restore.ownerMap", [], "restore, restore-test: replace roles of the backup, old=new (comma-separated)", Text, "")
    {
        Class = Guarding,
        Option = "owner-map",
    };

    /// <summary>Drop the test database first.</summary>
    public static readonly Setting<bool> RestoreRecreate = new(
        "restore.recreate", ["DBGATE_RESTORE_RECREATE"], "restore-test: drop TEST_DATABASE_URL's database first", Switch, false)
    {
        Class = Operational,
        Option = "recreate",
    };

    /// <summary>Definitions only.</summary>
    public static readonly Setting<bool> RestoreSchemaOnly = new(
        "restore.schemaOnly", [], "restore-test: restore the definitions without rows (level L2)", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
        Option = "schema-only",
    };

    /// <summary>Where the date of the restore test goes.</summary>
    public static readonly Setting<string> RestoreEnvFile = new(
        "restore.envFile", ["DBGATE_RESTORE_ENV_FILE"], "restore-test: .env file to write LAST_BACKUP_RESTORE_TEST_DATE to; default: none",
        Text, "")
    {
        Class = Operational,
        Option = "env-file",
    };

    /// <summary>Connections of a restore.</summary>
    public static readonly Setting<int> RestoreJobs = new(
        "restore.jobs", ["DBGATE_RESTORE_JOBS"], "parallel connections that load; 0: one per core, at most 4", Whole(0, 64), 0)
    {
        Class = Operational,
    };

    /// <summary>How old a restore test may get before it is repeated.</summary>
    public static readonly Setting<TimeSpan> RestoreDueAfter = new(
        "restore.dueAfter", ["DBGATE_RESTORE_DUE_AFTER"], "restore-test: skip while the last recorded test is younger; 0s: always test",
        Duration, TimeSpan.Zero)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
        Option = "due-after",
    };

    /// <summary>The databases of a fleet.</summary>
    public static readonly Setting<string> FleetList =
        new("fleet.list", ["DBGATE_FLEET_LIST"], "fleet, aggregate: file with one database name per line", Text, "")
    {
        Class = Operational,
    };

    /// <summary>Those that go first.</summary>
    public static readonly Setting<int> FleetCanaries =
        new("fleet.canaries", ["DBGATE_FLEET_CANARIES"], "fleet: number of databases that are released first, on their own", Whole(0, 256),
            1)
    {
        Class = Operational,
    };

    /// <summary>How many go at the same time.</summary>
    public static readonly Setting<int> FleetShards =
        new("fleet.shards", ["DBGATE_FLEET_SHARDS"], "fleet: number of shards for the other databases", Whole(1, 256), 20)
    {
        Class = Operational,
    };

    /// <summary>Where a fleet's reports are.</summary>
    public static readonly Setting<string> FleetReports = new(
        "fleet.reports", ["DBGATE_FLEET_REPORTS"], "aggregate: folder with the databases' reports, <database>/<run>/report.json", Text,
        "artifacts/dbgate-fleet")
    {
        Class = Operational,
    };

    /// <summary>Whether releases are rehearsed.</summary>
    public static readonly Setting<RehearsalPolicy> Rehearsal = new(
        "rehearsal", ["DBGATE_REHEARSAL"], "auto: rehearse when a scratch server is available; required: block when none is; off: never",
        Word<RehearsalPolicy>(), RehearsalPolicy.Auto)
    {
        Class = Guarding,
        WeakerWhen = Weaker.LessRehearsal,
    };

    /// <summary>What runs the migrations at a rehearsal.</summary>
    public static readonly Setting<RehearsalMode> MigrationsRehearsal = new(
        "migrations.rehearsal", ["DBGATE_MIGRATIONS_REHEARSAL"],
        "auto: rehearse the SQL, or where migrations are code the deploy command; command: always the deploy command; statements: only SQL",
        Word<RehearsalMode>(), RehearsalMode.Auto)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<RehearsalMode>(),
    };

    /// <summary>A load beside the rehearsed migrations.</summary>
    public static readonly Setting<bool> RehearseLoad = new(
        "rehearseLoad", ["DBGATE_REHEARSE_LOAD"],
        "rehearse: run a small read and write load during the migrations and report what waits, and how long", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Whether the running release's queries are tested.</summary>
    public static readonly Setting<CompatibilityPolicy> Compatibility = new(
        "compatibility.policy", ["DBGATE_COMPATIBILITY"],
        "queries of the running release on the migrated schema; require: a failure blocks production; warn: it is reported; off",
        Word<CompatibilityPolicy>(), CompatibilityPolicy.Require)
    {
        Option = "compatibility",
        Class = Guarding,
        WeakerWhen = Weaker.Higher<CompatibilityPolicy>(),
    };

    /// <summary>Queries that are tested in addition to those that the target's statistics hold.</summary>
    public static readonly Setting<string> CompatibilityQueries = new(
        "compatibility.queries", ["DBGATE_COMPATIBILITY_QUERIES"],
        "file of SQL, or folder of .sql files, with queries of the running release; tested in addition to the target's statistics", Text,
        "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.Replaced,
    };

    /// <summary>A release during which the application may fail.</summary>
    public static readonly Setting<bool> CompatibilityMaintenance = new(
        "compatibility.maintenance", ["DBGATE_COMPATIBILITY_MAINTENANCE"],
        "release in a maintenance window: failing queries of the running release do not block, and each approver accepts them by name",
        Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>The plan to approve or to deploy.</summary>
    public static readonly Setting<string> Plan =
        new("plan", ["DBGATE_PLAN"], "digest of the plan to approve or deploy; the first 8 digits are enough", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long a plan may be deployed.</summary>
    public static readonly Setting<TimeSpan> PlanExpiry =
        new("planExpiry", ["DBGATE_PLAN_EXPIRY"], "how long a plan may be approved and deployed", Duration, TimeSpan.FromHours(1))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>Who asks for the run.</summary>
    public static readonly Setting<string> RequestedBy = new(
        "requestedBy", ["DBGATE_REQUESTED_BY", "GITHUB_ACTOR"],
        "who requests the plan and may not approve it; default: the account on this machine", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Who may approve, from a protected branch.</summary>
    public static readonly Setting<string> ApproversFile = new(
        "approversFile", ["DBGATE_APPROVERS_FILE"],
        "file from a protected branch with one approver per line; dbgate.json can then only be stricter", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The rules of a protected place.</summary>
    public static readonly Setting<string> PolicyFile = new(
        "policyFile", ["DBGATE_POLICY_FILE"],
        "file from a protected branch with the keys of dbgate.json and a list `approvers`; the commit can then only be stricter", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Where the service listens.</summary>
    public static readonly Setting<string> ServiceAddress = new(
        "service.address", ["DBGATE_SERVICE_ADDRESS"], "serve: address to listen on; http://0.0.0.0:8632 for every interface", Text,
        "http://127.0.0.1:8632")
    {
        Class = Operational,
    };

    /// <summary>The token of /admin.</summary>
    public static readonly Setting<string> AdminToken =
        Secret(
            TrustedOnly, "service.adminToken", "DBGATE_ADMIN_TOKEN",
            "serve: bearer token of /admin, at least 16 characters; without it /admin is closed");

    /// <summary>The name of the variable that holds the token.</summary>
    public static readonly Setting<string> AdminTokenVariable = new(
        "service.adminTokenVariable", [], "serve: name of another variable that holds the token of /admin", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long an answer of /ready serves everybody.</summary>
    public static readonly Setting<TimeSpan> ServiceCachePeriod = new(
        "service.cachePeriod", ["DBGATE_SERVICE_CACHE_PERIOD"], "serve: how long a result of the checks is reused for /ready", Period,
        TimeSpan.FromSeconds(5))
    {
        Class = Operational,
    };

    /// <summary>How long a check of /ready may take.</summary>
    public static readonly Setting<TimeSpan> ServiceCheckTimeout = new(
        "service.checkTimeout", ["DBGATE_SERVICE_CHECK_TIMEOUT"], "serve: longest time of one check of /ready; a slower check fails",
        Period, TimeSpan.FromSeconds(2))
    {
        Class = Operational,
    };

    /// <summary>The service's certificate.</summary>
    public static readonly Setting<string> ServiceCertificate = new(
        "service.certificate", ["DBGATE_SERVICE_CERTIFICATE"], "serve: PEM file of the certificate for an https address", Text, "")
    {
        Class = Operational,
    };

    /// <summary>The certificate's key.</summary>
    public static readonly Setting<string> ServiceCertificateKey = new(
        "service.certificateKey", ["DBGATE_SERVICE_CERTIFICATE_KEY"], "serve: PEM file of its private key", Text, "")
    {
        Class = Operational,
    };

    /// <summary>Who signs the certificates of administrators.</summary>
    public static readonly Setting<string> ServiceClientAuthority = new(
        "service.clientAuthority", ["DBGATE_SERVICE_CLIENT_AUTHORITY"],
        "serve: PEM file of the authority whose client certificates open /admin", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The token for GitHub.</summary>
    public static readonly Setting<string> GitHubToken = new(
        "githubToken", ["DBGATE_GITHUB_TOKEN", "GITHUB_TOKEN"],
        "GitHub token; with it, and a known repository, verdicts are published (docs/guides/github.md)", Text, "")
    {
        Class = Operational,
        IsSecret = true,
    };

    /// <summary>GitHub's API. No option and no key: whoever may edit a file must not choose where the token is sent.</summary>
    public static readonly Setting<string> GitHubApiUrl = new(
        "githubApiUrl", ["DBGATE_GITHUB_API_URL", "GITHUB_API_URL"],
        "URL of GitHub's API; Enterprise: https://<host>/api/v3; default: https://api.github.com", Text, "")
    {
        Class = TrustedOnly,
        IsSecret = true,
    };

    /// <summary>The repository on GitHub.</summary>
    public static readonly Setting<string> GitHubRepository = new(
        "github.repository", ["DBGATE_GITHUB_REPOSITORY"], "owner/name on GitHub; default: the workflow's repository", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>What is published.</summary>
    public static readonly Setting<string> GitHubPublish = new(
        "github.publish", ["DBGATE_GITHUB_PUBLISH"], "what is published on GitHub, comma-separated; off: nothing", Text,
        "check,status,deployment,comment,issue")
    {
        Class = Operational,
    };

    /// <summary>The name of the check run.</summary>
    public static readonly Setting<string> GitHubCheckName =
        new("github.checkName", ["DBGATE_GITHUB_CHECK_NAME"], "name of the check run", Text, "DbGate")
    {
        Class = Guarding,
    };

    /// <summary>The name of the environment on GitHub.</summary>
    public static readonly Setting<string> GitHubEnvironment = new(
        "github.environment", ["DBGATE_GITHUB_ENVIRONMENT"], "name of the environment on GitHub; default: the name in DbGate", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>How a review on GitHub is bound to a plan.</summary>
    public static readonly Setting<ApprovalBinding> GitHubApprovalBinding = new(
        "github.approvalBinding", ["DBGATE_GITHUB_APPROVAL_BINDING"],
        "run: a review counts for the plan that this workflow run made; comment: the review must name the plan's digest",
        Word<ApprovalBinding>(), ApprovalBinding.Run)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<ApprovalBinding>(),
    };

    /// <summary>The event that asks for an answer.</summary>
    public static readonly Setting<string> GitHubProtectionEvent = new(
        "github.protectionEvent", ["DBGATE_GITHUB_PROTECTION_EVENT"],
        "file of a deployment_protection_rule event that the verdict answers", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long publishing may take.</summary>
    public static readonly Setting<TimeSpan> GitHubTimeout = new(
        "github.timeout", ["DBGATE_GITHUB_TIMEOUT"], "how long publishing may take; afterwards the verdict is kept for the next run",
        Duration, TimeSpan.FromMinutes(1))
    {
        Class = Operational,
    };

    /// <summary>In the order in which people meet them; the options of single tasks (<see cref="TaskOptions"/>) last.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. typeof(SettingsCatalog).GetFields().Select(field => field.GetValue(null)).OfType<Setting>(),
        .. TaskOptions.All,
    ];

    static Setting<int> Keep(string name, string variable, string help) => new(name, [variable], help, Whole(0, 10_000), 0)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<int>(),
    };

    static Setting<string> Secret(SettingClass kind, string name, string variable, string help) =>
        new(name, [variable], help, Text, "") { Class = kind, IsSecret = true };
}

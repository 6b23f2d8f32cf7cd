using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>
/// Arguments of single tasks. They are read like settings; which task takes which one is in the task catalogue, and
/// docs/reference/tasks.md is tested
/// against it.
/// </summary>
static class TaskOptions
{
    /// <summary>The command line to judge.</summary>
    public static readonly Setting<string> Command = new("command", [], "guard: command line to judge", Text, "")
    {
        Class = Operational,
    };

    /// <summary>Compares the server behind a command with production.</summary>
    public static readonly Setting<bool> Identify =
        new("identify", [], "guard: compare the identity of the server that the command reaches with production's", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Exact row counts.</summary>
    public static readonly Setting<bool> Exact =
        new("exact", [], "stats: count rows instead of reading PostgreSQL's estimates", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Who approves.</summary>
    public static readonly Setting<string> By = new("by", ["DBGATE_APPROVER"], "approve: name of the approver", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The losses that an approver accepts.</summary>
    public static readonly Setting<string> AcceptLoss =
        new("acceptLoss", ["DBGATE_ACCEPT_LOSS"], "approve: the accepted data losses as the plan names them, separated by ;", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The confirmation of what needs one.</summary>
    public static readonly Setting<string> Confirm =
        new("confirm", [],
            "without a terminal: APPROVE_PRODUCTION for approve, RESTORE_PRODUCTION for restore, the database's name for unprotect and "
                + "resolve", Text,
            "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The migrations of a claim.</summary>
    public static readonly Setting<string> Migration =
        new(
            "migration", [],
            "resolve, split: name of the migration, as reports write it; for resolve several are separated by commas", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>What is claimed of them.</summary>
    public static readonly Setting<string> As =
        new("as", [], "resolve: applied (all of it is in the database) or rolled-back (nothing of it is)", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>A head of the evidence log that was kept elsewhere.</summary>
    public static readonly Setting<string> EvidenceHead =
        new("evidenceHead", [], "audit: head that an earlier audit printed, number:sha256; detects removed records at the end", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Lists what would be deleted.</summary>
    public static readonly Setting<bool> Preview =
        new("preview", [], "prune-backups: only list what would be deleted, with the reason", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Which backup is restored.</summary>
    public static readonly Setting<string> RestoreBackup = new(
        "restore.backup", [], "restore, restore-test: the archive's name in the store; default: the environment's newest", Text, "")
    {
        Class = Operational,
        Option = "backup",
    };

    /// <summary>A dump on this machine.</summary>
    public static readonly Setting<string> RestoreFile = new(
        "restore.file", [], "restore: any dump on this machine: plain (.sql.gz, .sql), or pg_dump's custom or directory format", Text, "")
    {
        Class = Operational,
        Option = "file",
    };

    /// <summary>Single tables.</summary>
    public static readonly Setting<string> RestoreTable = new(
        "restore.table", [], "restore: only these tables (schema.table, comma-separated), into a separate database", Text, "")
    {
        Class = Operational,
        Option = "table",
    };

    /// <summary>A separate database.</summary>
    public static readonly Setting<string> RestoreInto = new(
        "restore.into", [], "restore: name of a new, separate database; default: replace the environment's database", Text, "")
    {
        Class = Operational,
        Option = "into",
    };

    /// <summary>The separate database exists.</summary>
    public static readonly Setting<bool> RestorePrepared = new(
        "restore.prepared", [],
        "restore: the database of --into exists and is empty; it is filled (for hosts that forbid CREATE DATABASE)", Switch, false)
    {
        Class = Operational,
        Option = "prepared",
    };

    /// <summary>Only verifies the protection.</summary>
    public static readonly Setting<bool> Verify =
        new("verify", [], "protect: only verify that the protection is installed and unmodified, and list roles that can bypass it",
            Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Only writes the SQL.</summary>
    public static readonly Setting<bool> PrintSql =
        new("printSql", [], "protect: only print the SQL and what the server allows", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>The hook files of coding agents.</summary>
    public static readonly Setting<bool> Agents = new("agents", [], "init: also write the hook files of coding agents", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>A rehearsal without production.</summary>
    public static readonly Setting<bool> FromSchema = new(
        "fromSchema", [],
        "rehearse, compatibility: without production, on the schema of the repository's released migrations; no receipt", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Where the released migrations end.</summary>
    public static readonly Setting<string> SchemaBase = new(
        "schemaBase", [],
        "with --from-schema: commit, branch or tag with the released migrations; default: where the branch left the main one", Text, "")
    {
        Class = Operational,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [.. typeof(TaskOptions).GetFields().Select(field => field.GetValue(null)).OfType<Setting>()];
}

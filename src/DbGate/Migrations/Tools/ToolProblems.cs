using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Migrations.Tools;

/// <summary>What prevents a verdict about a migration tool's ledger.</summary>
static class ToolProblems
{
    static readonly ProblemCode AmbiguousCode = new("DBG0221", "The migration tool is ambiguous", ExitCode.Blocked);
    static readonly ProblemCode SettingCode = new("DBG0222", "The migration tool's settings are incomplete", ExitCode.Usage);
    static readonly ProblemCode UnreadableCode = new("DBG0223", "The migration ledger cannot be judged", ExitCode.Blocked);
    static readonly ProblemCode NeverAppliedCode = new("DBG0224", "A pending migration will not be applied", ExitCode.Blocked);
    static readonly ProblemCode StaleLockCode = new("DBG0225", "A migration lock was left behind", ExitCode.Blocked);
    static readonly ProblemCode HistoryCode = new("DBG0226", "The migration history is inconsistent", ExitCode.Blocked);
    static readonly ProblemCode NotReachedCode = new("DBG0079", "The deploy command does not reach the target", ExitCode.Blocked);
    internal static readonly ProblemCode UnreadSqlCode = new("DBG0227", "The SQL of pending migrations is not read", ExitCode.Blocked);

    static readonly ProblemCode StatusFailedCode = new("DBG0236", "The status command failed", ExitCode.Blocked);
    static readonly ProblemCode StatusDiffersCode = new("DBG0237", "The status command contradicts the ledger", ExitCode.Blocked);

    public static Problem StatusFailed(string command, string why) =>
        new(StatusFailedCode, $"the status command gave no states: {command}")
        {
            Cause = why,
            State = DatabaseState.Untouched,
            Fix = "Run it by hand: it must exit with 0 and print one line for each migration, its state (applied, pending, failed or "
                + "running) and its name",
        };

    public static Problem StatusDiffers(string command, IReadOnlyList<string> differences) =>
        new(StatusDiffersCode, $"the status command contradicts the ledger: {differences[0]}")
        {
            Cause = $"{command}: {string.Join("; ", differences.Take(5))}"
                + (differences.Count > 5 ? $" and {differences.Count - 5} more" : ""),
            State = DatabaseState.Untouched,
            Fix = new("Find out which of them is right", FixCommand.Gate("verify-ready")),
        };

    public static Problem Ambiguous(IReadOnlyList<ToolEvidence> found) =>
        new(AmbiguousCode,
            $"the project has migrations of more than one kind: {string.Join(", ", found.Select(one =>
                $"{one.Tool.Facts.Name} in {one.Folder}").Distinct())}")
        {
            Cause = string.Join("; ", found.Select(one => one.InWords)),
            State = DatabaseState.NotContacted,
            Fix = $"Set \"migrations\": {{ \"tool\": \"{found[0].Tool.Facts.Id}\", \"folder\": \"{found[0].Folder}\" }} in dbgate.json, "
                + "with the tool and folder that this release deploys",
        };

    public static Problem UnknownTool(string name) =>
        new(SettingCode, $"migrations.tool is \"{name}\", which is not a migration tool that DbGate reads")
        {
            State = DatabaseState.NotContacted,
            Cause = $"known tools: {string.Join(", ", MigrationToolCatalog.All.Select(tool => tool.Facts.Id))}, {CustomTool.Id}",
            Fix = "Set migrations.tool to one of them, or remove it to have the tool detected",
        };

    public static Problem NothingFound(MigrationTool tool) =>
        new(SettingCode, $"migrations.tool is \"{tool.Facts.Id}\", and the project shows no migrations of {tool.Facts.Name}")
        {
            State = DatabaseState.NotContacted,
            Fix = "Name their folder: --migrations-folder=<folder>",
        };

    public static Problem NoCommand(MigrationTool tool) =>
        new(SettingCode, $"{tool.Facts.Name} does not have a usual deploy command, and migrations.command is not set")
        {
            State = DatabaseState.NotContacted,
            Fix = $"Set \"migrations\": {{ \"command\": \"…\" }} in dbgate.json ({tool.Facts.Page})",
        };

    public static Problem NoDirectEngine(MigrationTool tool) =>
        new(SettingCode, $"the direct engine does not write the ledger of {tool.Facts.Name}")
        {
            State = DatabaseState.Untouched,
            Fix = "Remove --engine=direct: the release then runs the project's own command (migrations.command)",
        };

    public static Problem Custom(string missing) =>
        new(SettingCode, $"migrations.tool is \"{CustomTool.Id}\", and {missing} is not set")
        {
            State = DatabaseState.NotContacted,
            Fix = "Set migrations.folder, migrations.ledger (schema.table.column) and migrations.command in dbgate.json "
                + "(docs/tools/custom.md)",
        };

    public static Problem ForeignColumns(MigrationTool tool, LedgerTable table, MigrationTool? owner) =>
        new(UnreadableCode,
            $"{table.Shown} is not a ledger of {tool.Facts.Name}: "
                + $"{(owner is null ? "its columns are others" : $"its columns are those of {owner.Facts.Name}")}")
        {
            Cause = $"columns: {string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type}"))}",
            State = DatabaseState.Untouched,
            Fix = owner is null
                ? "Correct the URL's database and schema; if the tool uses another table, set migrations.ledger to schema.table"
                : $"Correct the URL's database and schema; if {owner.Facts.Name} migrates this database, set migrations.tool to "
                    + $"\"{owner.Facts.Id}\"",
        };

    public static Problem SeveralLedgers(MigrationTool tool, IReadOnlyList<LedgerTable> tables) =>
        new(UnreadableCode,
            $"the database has {tables.Count} ledgers of {tool.Facts.Name}: {string.Join(", ", tables.Select(table => table.Shown))}")
        {
            State = DatabaseState.Untouched,
            Fix = "Set migrations.ledger to the one that this release writes, as schema.table",
        };

    public static Problem NamedLedger(string name, string why) =>
        new(UnreadableCode, $"migrations.ledger names {name}, {why}")
        {
            State = DatabaseState.Untouched,
            Fix = "Correct migrations.ledger (schema.table, as the database stores the names), or remove it to have the ledger found by "
                + "its columns",
        };

    public static Problem NotJudged(MigrationTool tool, string what, string cause, Fix fix) =>
        new(UnreadableCode, $"DbGate reads the ledger of {tool.Facts.Name} and cannot tell {what}")
        {
            Cause = cause,
            State = DatabaseState.Untouched,
            Fix = fix,
        };

    public static Problem TableLocked(MigrationTool tool, LedgerTable table, MigrationLockHolder? holder) =>
        new(MigrationProblems.RunningCode, $"a migration is running now: the ledger {table.Shown} is locked")
        {
            Cause = holder is null
                ? "it could not be read within 2 s"
                : $"backend {holder.Pid} ({holder.User}, {holder.Application}) holds it in ACCESS EXCLUSIVE mode, as {tool.Facts.Name} "
                    + $"does while it migrates: {holder.Query}",
            State = "another session is changing the database; DbGate changed nothing and ended no session",
            Fix = holder is null
                ? "Wait until it ends"
                : new Fix(
                    "Wait until it ends; if its client is gone, end the session",
                    FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        };

    public static Problem NeverApplied(MigrationTool tool, IReadOnlyList<string> names, string cause, Fix fix) =>
        new(NeverAppliedCode,
            $"{tool.Facts.Name} {(tool.Facts.OutOfOrder == OutOfOrderRule.Refuses ? "refuses to deploy" : "never applies")} "
                + $"{Listed(names)}")
        {
            Cause = cause,
            State = DatabaseState.Untouched,
            Fix = fix,
        };

    public static Problem StaleLock(MigrationTool tool, string what, string cause, FixCommand release) =>
        new(StaleLockCode, $"{tool.Facts.Name}: {what}")
        {
            Cause = cause,
            State = "the previous deploy may have stopped in the middle; DbGate changed nothing",
            Fix = new("Make sure that no deploy is running, look at what the last one left, then release the lock", release),
        };

    public static Problem History(MigrationTool tool, string what, string? cause, Fix fix) =>
        new(HistoryCode, $"{tool.Facts.Name}: {what}")
        {
            Cause = cause,
            State = DatabaseState.Untouched,
            Fix = fix,
        };

    public static Problem NotReached(MigrationTool tool, string? reason) =>
        new(NotReachedCode, $"The deploy command of {tool.Facts.Name} cannot read the target's ledger")
        {
            Cause = $"{reason ?? "it states no reason"}; it gets the address as ConnectionStrings__DefaultConnection, DATABASE_URL and "
                + "the variable that databaseUrlVariable names",
            State = DatabaseState.Untouched,
            Fix = "Set databaseUrlVariable in dbgate.json to the variable that the application reads, such as ConnectionStrings__Shop, and "
                + $"give production's address in it ({tool.Facts.Page})",
        };

    public static Problem OtherLedger(MigrationTool tool, IReadOnlyList<string> names) =>
        new(NotReachedCode, $"The deploy command of {tool.Facts.Name} reads another database than the target")
        {
            Cause = $"{Listed(names)}: applied there, not in the target",
            State = DatabaseState.Untouched,
            Fix = "Set databaseUrlVariable in dbgate.json to the variable that the application reads, and remove the address that it "
                + "reads now",
        };

    public static Problem UnreadSql(MigrationTool tool, IReadOnlyList<string> names) =>
        new(UnreadSqlCode, $"the SQL of {Listed(names)} is not read: {tool.Facts.Name} makes it when it runs")
        {
            Severity = Severity.Warning,
            Cause = "rules, forecast and rehearsal need the statements; the loss of data counts as unknown",
            State = DatabaseState.Untouched,
            Fix = $"Review the migration itself before it is approved ({tool.Facts.Page})",
        };

    static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");
}

using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>What can be wrong with ledger and folder.</summary>
static class MigrationProblems
{
    static readonly ProblemCode PendingCode = new("DBG0201", "Migrations are pending", ExitCode.Blocked);
    static readonly ProblemCode FailedCode = new("DBG0202", "A migration has failed", ExitCode.Blocked);
    internal static readonly ProblemCode RunningCode = new("DBG0203", "A migration is running now", ExitCode.Locked);
    static readonly ProblemCode RolledBackCode = new("DBG0204", "A migration was rolled back and never applied again", ExitCode.Blocked);
    static readonly ProblemCode EditedCode = new("DBG0205", "An applied migration was edited", ExitCode.Blocked);
    static readonly ProblemCode MissingCode = new("DBG0206", "An applied migration is missing on disk", ExitCode.Blocked);
    static readonly ProblemCode ClaimedCode = new("DBG0207", "A migration was marked as applied but never executed", ExitCode.Blocked);
    static readonly ProblemCode OutOfOrderCode = new("DBG0208", "A pending migration sorts before an applied one", ExitCode.Blocked);
    static readonly ProblemCode NoLedgerCode = new("DBG0209", "The database has tables but no migration ledger", ExitCode.Blocked);
    static readonly ProblemCode UnreadableCode = new("DBG0211", "The migrations folder cannot be read", ExitCode.Usage);
    static readonly ProblemCode NoFolderCode = new("DBG0212", "There is no migrations folder", ExitCode.Blocked);
    static readonly ProblemCode NoFileCode = new("DBG0213", "A migration directory has no migration.sql", ExitCode.Blocked);
    static readonly ProblemCode NotUtf8Code = new("DBG0215", "A migration is not UTF-8", ExitCode.Blocked);
    static readonly ProblemCode UnrecognizedCode =
        new("DBG0218", "The migrations folder contains other files", ExitCode.Blocked);
    static readonly ProblemCode OtherLedgerCode = new("DBG0219", "Another tool keeps the migration ledger", ExitCode.Blocked);
    static readonly ProblemCode OtherApplicationCode = new("DBG0220", "The database belongs to another application", ExitCode.Blocked);

    static readonly ProblemCode NotEndedCode = new("DBG0228", "The last deploy failed or did not finish", ExitCode.Blocked);

    static readonly ProblemCode ChangedCode = new("DBG0217", "A migration changed while it was being released", ExitCode.Stale);

    public static Problem ChangedMeanwhile(Migration migration) =>
        new(ChangedCode, $"migration {migration.Name} is no longer the file that was checked")
        {
            Cause = $"it had sha256 {Short(migration.Checksum)} when this run read it first",
            State = DatabaseState.Untouched,
            Location = new SourceLocation(Relative(migration)),
            Fix = "find out who writes into the checkout while a release runs; then run it again",
        };

    public static Problem Pending(IReadOnlyList<MigrationEntry> entries) =>
        new(PendingCode, $"{Count(entries, "migration")} pending: {Names(entries)}")
        {
            State = DatabaseState.Untouched,
            Location = Place(entries[0]),
            Fix = new("Deploy them with a release", FixCommand.Gate("release")),
        };

    public static Problem Failed(MigrationEntry entry, LedgerCommands commands, MigrationTool tool) =>
        new(FailedCode,
            $"migration {entry.Name} "
                + $"failed{(entry.Row!.StartedAt > DateTimeOffset.UnixEpoch ? $" on {entry.Row.StartedAt:yyyy-MM-dd HH:mm:ss}Z" : "")} "
                + "and is not resolved")
        {
            Cause = entry.Row.Words ?? "its ledger row holds no text: the process that ran it was probably killed",
            State = "the database may hold a part of this migration; "
                + tool.Words.AfterFailure,
            Location = Place(entry),
            Fix = new("Undo what it left, fix the file, and mark it as rolled back", commands.RolledBack(entry.Name)),
            Remedies = [new Remedy("Or complete by hand what is left of it, and mark it as applied", [commands.Applied(entry.Name)])],
        };

    public static Problem Running(MigrationEntry entry, MigrationLockHolder holder, MigrationTool tool) =>
        new(RunningCode, $"migration {entry.Name} is running now")
        {
            Cause =
                $"backend {holder.Pid} ({holder.User}, {holder.Application}) holds "
                    + $"{tool.Words.Lock}"
                + (holder.Age is { } age ? $", its statement is {age.TotalSeconds:0} s old: {holder.Query}" : ""),
            State = "another session is changing the database; DbGate changed nothing and ended no session",
            Fix = new(
                "Wait until it ends; if its client is gone, end the session", FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        };

    public static Problem RolledBack(IReadOnlyList<MigrationEntry> entries) =>
        new(RolledBackCode, $"{Count(entries, "migration")} rolled back and not applied again: {Names(entries)}")
        {
            State = DatabaseState.Untouched,
            Location = Place(entries[0]),
            Fix = "deploy again, or remove the directory if the migration was given up",
        };

    public static Problem ToolRuns(MigrationLockHolder holder, MigrationTool tool) =>
        new(RunningCode, $"{tool.Facts.Name} migrates this database now")
        {
            Cause = $"backend {holder.Pid} ({holder.User}, {holder.Application}) holds its lock: {holder.Query}",
            State = "another session is changing the database; DbGate changed nothing and ended no session",
            Fix = new(
                "Wait until it ends; if its client is gone, end the session", FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        };

    public static Problem Edited(MigrationEntry entry, MigrationTool tool) =>
        new(EditedCode, $"migration {entry.Name} was edited after it was applied")
        {
            Cause = tool.Words.Edited(entry),
            State = DatabaseState.Untouched,
            Location = Place(entry),
            Fix = "put the file back as it was (git log -- it), and write the change as a new migration",
        };

    /// <summary>For a tool whose ledger stores nothing of a file: DbGate's own record of the last deploy does.</summary>
    public static Problem EditedSince(MigrationEntry entry, MigrationTool tool, string was, DateTimeOffset at) =>
        new(EditedCode, $"migration {entry.Name} was edited after it was applied")
        {
            Cause = $"the evidence of the deploy on {at:yyyy-MM-dd} has sha256 {Short(was)}, the file has {Short(entry.File?.Checksum)}; "
                + $"{tool.Facts.Name} does not compare",
            State = DatabaseState.Untouched,
            Location = Place(entry),
            Fix = "Restore the file as it was (git log -- it), and write the change as a new migration",
        };

    public static Problem NotEnded(MigrationTool tool, DateTimeOffset at, bool wasKilled, string first, FixCommand compare) =>
        new(NotEndedCode,
            $"the deploy of {at:yyyy-MM-dd HH:mm}Z {(wasKilled ? "did not end" : "failed")}, and {tool.Facts.Name} records no failure")
        {
            Severity = Severity.Warning,
            Cause = $"a part of {first} may be in the database; only a comparison of the schema shows it",
            State = DatabaseState.Unknown,
            Fix = new(
                "Compare the database with what the applied migrations make, and undo what the failed one left", compare),
        };

    public static Problem Missing(IReadOnlyList<MigrationEntry> entries, MigrationStatus status, LedgerCommands commands)
    {
        var renamed = (from entry in entries
                       from other in status.Pending
                       where entry.Row?.Checksum is { Length: > 0 } checksum && other.File?.Matches(checksum) == true
                       select (Old: entry.Name, New: other.Name)).ToArray();
        return new(MissingCode, $"{Count(entries, "applied migration")} missing on disk: {Names(entries)}")
        {
            Cause = renamed.Length > 0
                ? string.Join("; ", renamed.Select(pair => $"{pair.Old} was renamed to {pair.New}: both have the same checksum"))
                : "this checkout is older than the database, or a directory was deleted, renamed or squashed into another one",
            State = DatabaseState.Untouched,
            Fix = renamed.Length > 0
                ? new Fix(string.Join("; ", renamed.Select(pair => $"Rename the directory {pair.New} back to {pair.Old}")))
                : new Fix(
                    "Release from a commit that has every applied migration. Only if they were squashed on purpose, mark the new one as "
                        + "applied and retire the old rows",
                    [.. Unmarked(status).Select(commands.Baseline), commands.Retire([.. entries.Select(entry => entry.Name)])]),
        };
    }

    /// <summary>The squashed migration that is not marked as applied yet: a pending one, unless one was marked by hand already.</summary>
    static IEnumerable<Migration> Unmarked(MigrationStatus status) =>
        status.Count(MigrationState.Claimed) > 0 ? [] : status.Pending.Take(1).Select(entry => entry.File!);

    public static Problem Claimed(IReadOnlyList<MigrationEntry> entries) =>
        new(ClaimedCode, $"{Count(entries, "migration")} marked as applied by hand, never executed: {Names(entries)}")
        {
            Severity = Severity.Warning,
            Fix = "nothing, if it was a baseline or you completed it by hand; else the next release's rehearsal names what the schema "
                + "lacks (DBG0562)",
        };

    public static Problem OutOfOrder(IReadOnlyList<MigrationEntry> entries, MigrationFolder folder) =>
        new(OutOfOrderCode, $"{Count(entries, "pending migration")} older than the newest applied one: {Names(entries)}")
        {
            Severity = folder.OutOfOrder == OutOfOrderRule.Applies ? Severity.Warning : Severity.Error,
            Cause = "two branches were merged in another order than their migrations were written" + folder.OutOfOrder switch
            {
                OutOfOrderRule.Refuses => $"; {folder.Tool.Facts.Name} refuses to deploy them",
                OutOfOrderRule.Skips => $"; {folder.Tool.Facts.Name} never applies them, and reports success",
                _ => "",
            },
            Fix = folder.OutOfOrder == OutOfOrderRule.Applies
                ? "make sure that it does not depend on the order; rename the directory to a later time if it must come last"
                : "Give each of them a name that sorts after the newest applied migration",
        };

    public static Problem NoLedger(long tables, MigrationFolder folder, LedgerCommands commands) =>
        new(NoLedgerCode, $"schema {commands.Url.Schema} has {tables} tables but no "
            + commands.Tool.Words.Ledger(commands.Table))
        {
            Cause = commands.Tool.Words.WithoutLedger,
            State = DatabaseState.Untouched,
            Fix = Baseline(folder, commands),
        };

    /// <summary>What lets a database that has its tables and no ledger be deployed to.</summary>
    public static Fix Baseline(MigrationFolder folder, LedgerCommands commands) =>
        folder.Migrations.FirstOrDefault(migration => migration.Checksum is not null) is { } first
            ? Refused(first) is { } why
                ? $"Correct {first.Name} first, because no engine can run it ({why.Message}): {why.Fix?.Sentence}"
                : new Fix(
                    $"Correct the schema in the URL; or, if {first.Name} is what the database holds, baseline it once",
                    commands.Baseline(first))
            : "Write what the database holds as the first migration, and baseline it with that (docs/problems/DBG0209.md)";

    /// <summary>Once its checksum is in the ledger, the file can no longer be corrected.</summary>
    static Problem? Refused(Migration migration)
    {
        try
        {
            migration.Split();
            return null;
        }
        catch (GateException exception)
        {
            return exception.Problem;
        }
        catch (IOException)
        {
            return null; // the file is gone meanwhile; the next step reports it
        }
    }

    public static Problem Unrecognized(MigrationFolder folder, LedgerCommands commands) =>
        new(UnrecognizedCode,
            $"{folder.Path} contains {folder.Unrecognized.Count} "
                + $"{(folder.Unrecognized.Count == 1 ? "file that is not a migration" : "files that are not migrations")}: "
                + $"{Listed(folder.Unrecognized)}")
        {
            Cause = $"{folder.Tool.Words.OtherFiles} (ledger: schema {commands.Url.Schema})",
            State = DatabaseState.Untouched,
            Fix = $"{folder.Tool.Words.MoveFiles}; or name the right folder: --migrations-folder=<folder>",
        };

    public static Problem OtherLedger(string tables, MigrationTool tool) =>
        new(OtherLedgerCode, $"the database has the migration ledger of another tool: {tables}")
        {
            Cause = $"{tool.Facts.Ledger} has no row, so it is not known which migrations are applied",
            State = DatabaseState.Untouched,
            Fix = "release with the tool that keeps this ledger, or baseline the database once "
            + "(docs/problems/DBG0209.md); or correct the URL's "
                + "database and schema",
        };

    public static Problem OtherApplication(MigrationStatus status, MigrationFolder folder, LedgerCommands commands)
    {
        string[] missing = [.. status.Entries.Where(entry => entry.State == MigrationState.Missing).Select(entry => entry.Name)];
        return new(
            OtherApplicationCode,
            $"this database is another application's: none of its {missing.Length} applied migrations is in this checkout")
        {
            Cause = $"{commands.Url.Source} names {commands.Url.Redacted}; {folder.Path} has {folder.Migrations.Count} "
                + $"{(folder.Migrations.Count == 1 ? "migration" : "migrations")}, and none of them is applied there",
            State = DatabaseState.Untouched,
            Fix = folder.Migrations is [var oldest, ..]
                ? new Fix(
                    $"Correct {commands.Url.Source}. Only if it is the right database and its migrations were squashed on purpose into "
                        + $"{oldest.Name}, mark that one as applied and retire the old rows",
                    commands.Baseline(oldest),
                    commands.Retire(missing))
                : (Fix)$"correct {commands.Url.Source}; if it is the right database, check out the project that migrates it",
        };
    }

    public static Problem UnreadableFolder(string path, string why) =>
        new(UnreadableCode, $"the migrations folder {path} cannot be read: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = "make it readable for the user that runs DbGate",
        };

    public static Problem NoFolder(string path, MigrationTool tool) =>
        new(NoFolderCode, $"there is no migrations folder {path}")
        {
            Cause = tool.Words.WithoutFolder,
            State = DatabaseState.Untouched,
            Fix = "commit the migrations, or name their folder: --migrations-folder=<folder>",
        };

    public static Problem NoFile(MigrationEntry entry, MigrationTool tool) =>
        new(NoFileCode, $"migration directory {entry.Name} has no migration.sql")
        {
            Cause = tool.Words.WithoutFile,
            State = DatabaseState.Untouched,
            Location = Place(entry),
            Fix = "commit its migration.sql, or remove the empty directory",
        };

    public static Problem NotUtf8(Migration migration) =>
        new(NotUtf8Code, $"migration {migration.Name} is not UTF-8")
        {
            Cause = "invalid bytes are replaced silently, so that something else than the file would be executed",
            State = DatabaseState.Untouched,
            Location = new SourceLocation(Relative(migration)),
            Fix = "convert the file to UTF-8 (iconv -f latin1 -t utf-8) before its first deploy",
        };

    static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");

    static string Count(IReadOnlyList<MigrationEntry> entries, string noun) =>
        entries.Count == 1 ? $"1 {noun}" : $"{entries.Count} {noun}s";

    static string Names(IReadOnlyList<MigrationEntry> entries) =>
        string.Join(", ", entries.Take(5).Select(entry => entry.Name)) + (entries.Count > 5 ? $" and {entries.Count - 5} more" : "");

    static SourceLocation? Place(MigrationEntry entry) => entry.File is { } file ? new SourceLocation(Relative(file)) : null;

    /// <summary>The last three parts state enough: migrations/name/migration.sql.</summary>
    static string Relative(Migration migration) =>
        migration.AcceptsNoChecksum ? migration.ShownAs : string.Join('/', migration.Path.Split('/', '\\').TakeLast(4));

    internal static string Short(string? checksum) => checksum is { Length: > 8 } ? checksum[..8] + "…" : checksum ?? "none";
}

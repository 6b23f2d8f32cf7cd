using DbGate.Migrations.Failures;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Migrations.Deploy;

/// <summary>What stops a deploy, before or after it began.</summary>
static partial class DeployProblems
{
    static readonly ProblemCode CommandCode = new("DBG0501", "The migrate command cannot be run", ExitCode.Usage);
    static readonly ProblemCode FailedCode = new("DBG0502", "The deploy failed", ExitCode.MigrationFailed);
    static readonly ProblemCode NotBegunCode = new("DBG0503", "The deploy did not start", ExitCode.Environment);
    static readonly ProblemCode LedgerCode =
        new("DBG0504", "Exit code 0, but migrations are not recorded as applied", ExitCode.MigrationFailed);
    static readonly ProblemCode UnknownCode = new("DBG0505", "The deploy's outcome is unknown", ExitCode.MigrationFailed);
    static readonly ProblemCode NoBackupCode = new("DBG0506", "No verified backup for this deploy", ExitCode.Blocked);
    static readonly ProblemCode IdentityCode = new("DBG0507", "Backup and target are different databases", ExitCode.Stale);
    static readonly ProblemCode PreconditionCode = new("DBG0508", "A precondition of the deploy did not run", ExitCode.Blocked);

    static readonly ProblemCode RightCode = new("DBG0512", "The deploy's role lacks a privilege", ExitCode.Blocked);

    /// <param name="role">The deploy's role.</param>
    /// <param name="right">What it lacks, for people.</param>
    /// <param name="grant">What the owner of the schema grants: privileges and their object, as SQL.</param>
    public static Problem MissingRight(string role, string right, string grant) =>
        new(RightCode, $"role {role} lacks a privilege that the deploy needs: {right}")
        {
            Cause = "migrations are pending, and the deploy would fail after it was approved",
            State = DatabaseState.Untouched,
            Fix = new(
                "Grant it as the owner of the schema, or set DIRECT_URL to the role that owns the schema",
                FixCommand.Run("psql", CommandArgument.Placeholder("URL of the owner"), "-c", $"GRANT {grant} TO {Sql.Identifier(role)}")),
        };

    public static Problem Command(string command, string why) =>
        new(CommandCode, $"the migrate command cannot be run: {why}")
        {
            Cause = command,
            State = DatabaseState.Untouched,
            Fix = "name one program with its arguments: --migrate-command=\"<program> <arguments>\"; or use "
                + "--engine=direct",
        };

    /// <param name="engine">Who applied.</param>
    /// <param name="failed">The migration, where one is known.</param>
    /// <param name="words">The engine's.</param>
    /// <param name="applied">How many were applied before it.</param>
    /// <param name="left">How many were not.</param>
    /// <param name="blocker">Who kept it waiting last.</param>
    /// <param name="invalid">The invalid indexes that this deploy left.</param>
    public static Problem Failed(
        string engine, MigrationEntry? failed, string? words, int applied, int left, string? blocker,
        IReadOnlyList<InvalidIndex> invalid) =>
        new(FailedCode, failed is null ? $"the deploy failed ({engine})" : $"migration {failed.Name} failed ({engine})")
        {
            Cause = (failed?.Row is { IsInterrupted: false } row ? row.Words : null)
                ?? Words(words)
                ?? "no words were left; see the report",
            State = $"{applied} applied in this deploy, {left} left; the ledger has been read again"
                + (failed?.Row?.IsInterrupted == true ? $"; of {failed.Name} nothing was applied" : "")
                + (invalid.Count > 0 ? $"; it left {InvalidWords(invalid)}" : "")
                + (blocker is null ? "" : $"; {blocker}"),
            Location = failed is null ? null : Place(failed, null),
            Fix = failed?.Row?.IsInterrupted != false
                ? GoOn(null, isKept: false, invalid)
                : "see what the file left, resolve it in the ledger, fix it, and release again",
        };

    /// <summary>The shortest way on.</summary>
    /// <param name="resolve">The command that settles the ledger's row; null where none is needed.</param>
    /// <param name="isKept">True where the database may hold a part of the file.</param>
    /// <param name="invalid">The invalid indexes that this deploy left.</param>
    public static Fix GoOn(FixCommand? resolve, bool isKept, IReadOnlyList<InvalidIndex> invalid) => new(
        resolve is null ? $"{(invalid.Count > 0 ? "Drop the invalid index, r" : "R")}emove the cause and run it again"
            : $"{(isKept ? "Look at what the file left, r" : "R")}esolve it in the ledger, fix the file and release again",
        [.. Drop(invalid), .. resolve is null ? Array.Empty<FixCommand>() : [resolve]]);

    public static Problem NotBegun(string engine, string? words) =>
        new(NotBegunCode, $"the deploy failed before it changed anything ({engine})")
        {
            Cause = Words(words) ?? "no words were left; see the report",
            State = "database unchanged: the ledger was read again and is as before",
            Fix = "put the cause right and run it again",
        };

    /// <summary>A deploy that failed with a tool whose ledger has no row for a failure.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="words">What it wrote last.</param>
    /// <param name="first">The first migration that is not applied.</param>
    /// <param name="applied">How many this deploy applied.</param>
    /// <param name="left">How many it did not.</param>
    /// <param name="commands">For the target's ledger.</param>
    public static Problem Unrecorded(
        string engine, string? words, string first, int applied, int left, Tools.LedgerCommands commands) =>
        new(FailedCode, $"the deploy failed ({engine}), and the ledger of {commands.Tool.Facts.Name} records no failure")
        {
            Cause = Words(words) ?? "no words were left; see the report",
            State = (applied == 0
                ? "the ledger was read again and is as before"
                : $"{applied} applied in this deploy, {left} left; the ledger has been read again")
                + $"; a part of {first} may be in the database",
            Fix = new(
                $"Compare the database with what the applied migrations make, undo what {first} left, fix it and release again",
                commands.Compare(first)),
            Remedies = [new Remedy($"Or complete by hand what is left of {first}, and mark it as applied", [commands.Applied(first)])],
        };

    public static Problem LedgerSaysNo(string engine, string sentence) =>
        new(LedgerCode, $"{engine} reported success, but the ledger shows: {sentence}")
        {
            Cause = "the command deployed to another database or schema, or another folder than the gate reads",
            State = "the target is not fully migrated",
            Fix = new("Compare the URL and the schema that the command uses with those of the gate", FixCommand.Gate("doctor")),
        };

    public static Problem OutcomeUnknown(string engine, string why) =>
        new(UnknownCode, $"the deploy began ({engine}) and its outcome could not be read")
        {
            Cause = why,
            State = DatabaseState.Unknown,
            Fix = new(
                "When the server answers again, read what was applied; then release again or restore", FixCommand.Gate("verify-ready")),
        };

    public static Problem NoBackup(string why) =>
        new(NoBackupCode, $"no verified backup of this target: {why}")
        {
            State = DatabaseState.Untouched,
            Fix = new("Run the whole release, which takes a backup first", FixCommand.Gate("release")),
        };

    public static Problem OtherDatabase(TargetIdentity backup, TargetIdentity target) =>
        new(IdentityCode,
            $"the backup is of database {backup.DatabaseName} ({backup.SystemIdentifier}), the target is {target.DatabaseName} "
                + $"({target.SystemIdentifier})")
        {
            Cause = "the URL changed between the backup and the deploy, or leads to several servers",
            State = DatabaseState.Untouched,
            Fix = "make every step meet the same server: one direct URL, no load balancer",
        };

    public static Problem Precondition(string name, string why) =>
        new(PreconditionCode, $"{name} must pass before a deploy: {why}")
        {
            State = DatabaseState.Untouched,
            Fix = new("Run the whole release", FixCommand.Gate("release")),
        };

    static SourceLocation? Place(MigrationEntry entry, FailurePlace? place) =>
        entry.File is { } file
            ? new SourceLocation(string.Join('/', file.Path.Split('/', '\\').TakeLast(4)), place?.Line, place?.Column)
            : null;

    static string? Words(string? text) =>
        string.IsNullOrWhiteSpace(text)
            ? null
            : string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(8));
}

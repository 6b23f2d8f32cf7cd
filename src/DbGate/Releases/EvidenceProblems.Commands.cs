using DbGate.Migrations.Rehearsal;
using DbGate.Problems;
using DbGate.Releases.Rehearsals;

namespace DbGate.Releases;

static partial class EvidenceProblems
{
    static readonly ProblemCode HistoryFailsCode =
        new("DBG0546", "The repository's history does not build a schema", ExitCode.Blocked);

    static readonly ProblemCode OnSchemaCode = new("DBG0547", "A migration fails on the repository's schema", ExitCode.Blocked);
    static readonly ProblemCode CommandFailedCode = new("DBG0587", "The deploy command fails at the rehearsal", ExitCode.Blocked);
    static readonly ProblemCode CommandLeftCode = new("DBG0588", "The rehearsed command leaves migrations unapplied", ExitCode.Blocked);
    static readonly ProblemCode CommandReachesCode = new("DBG0589", "The rehearsed command may reach production", ExitCode.Blocked);

    /// <param name="why">Why git has none.</param>
    public static Problem NoHistory(string why) =>
        new(HistoryFailsCode, $"the repository's history cannot be read: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = new("Fetch the whole history, then run it again", FixCommand.Run("git", "fetch", "--unshallow")),
        };

    /// <param name="migration">The migration that fails.</param>
    /// <param name="words">Why.</param>
    /// <param name="history">Where the history ends.</param>
    public static Problem HistoryFails(string migration, string words, string history) =>
        new(HistoryFailsCode, $"{migration} of the repository's history fails on an empty database: {words}")
        {
            Cause = $"the history is that of {history}",
            State = DatabaseState.NotContacted,
            Fix = new(
                "Correct the history, or name another end of it",
                FixCommand.Gate("rehearse", ("from-schema", ""), ("schema-base", CommandArgument.Placeholder("commit")))),
        };

    /// <param name="failed">The migration.</param>
    /// <param name="failure">What the server stated.</param>
    public static Problem FailsOnGeneratedRows(FailedRehearsal failed, RehearsalFailure failure) =>
        new(OnSchemaCode,
            $"{failed.Failure.Migration} fails on the schema of the repository's history: {failure.Message} (SQLSTATE {failure.SqlState})")
        {
            Severity = DependsOnRows(failure.SqlState) ? Severity.Warning : Severity.Error,
            Cause = DependsOnRows(failure.SqlState)
                ? $"{failure.Detail}{(failure.Detail is null ? "" : "; ")}the rows are made up, and columns that allow it are NULL in some "
                    + "of them"
                : failure.Detail,
            State = DatabaseState.NotContacted,
            Location = failure.Location,
            Excerpt = failed.Failure.Excerpt,
            Fix = new("Correct the migration, then run it again", FixCommand.Gate("rehearse", ("from-schema", ""))),
        };

    // Violated constraints, and values that do not fit.
    static bool DependsOnRows(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal);

    /// <param name="command">The command.</param>
    /// <param name="words">Why it failed.</param>
    /// <param name="isIsolated">True when it had no network.</param>
    public static Problem CommandFailed(string command, string words, bool isIsolated) =>
        new(CommandFailedCode, $"the deploy command fails at the rehearsal: {command}")
        {
            Cause = words + (isIsolated ? "; at a rehearsal it has no network but the scratch database" : ""),
            State = DatabaseState.Untouched,
            Fix = "Run the command against a copy of the database and correct what it reports, then run the release again",
        };

    /// <param name="command">The command.</param>
    /// <param name="left">The migrations.</param>
    /// <param name="sessions">How many sessions it had.</param>
    public static Problem CommandLeft(string command, IReadOnlyList<string> left, int sessions) =>
        new(CommandLeftCode,
            $"the deploy command exits 0 at the rehearsal and does not record {string.Join(", ", left.Take(Shown))} as applied")
        {
            Cause = sessions == 0
                ? "it did not open the scratch database: it reads its address from elsewhere than the variables that DbGate sets "
                    + $"({command})"
                : $"the ledger of the scratch database was read after it ({command})",
            State = DatabaseState.Untouched,
            Fix = "Correct migrations.command, so that it applies the migrations of this commit, and run the release again",
        };

    /// <param name="file">The file that names production's host.</param>
    /// <param name="refusal">Why the command has the network of this machine.</param>
    public static Problem CommandReaches(string file, string refusal) =>
        new(CommandReachesCode, "a file of the project names production's host, and the rehearsed command could reach it")
        {
            Cause = refusal,
            State = DatabaseState.Untouched,
            Location = new SourceLocation(file),
            Fix = "Take the address out of the file, or run DbGate as root on Linux, where the command has a network of its own",
        };
}

using DbGate.Problems;

namespace DbGate.Releases;

static partial class EvidenceProblems
{
    static readonly ProblemCode CommandFailedCode = new("DBG0587", "The deploy command fails at the rehearsal", ExitCode.Blocked);
    static readonly ProblemCode CommandLeftCode = new("DBG0588", "The rehearsed command leaves migrations unapplied", ExitCode.Blocked);
    static readonly ProblemCode CommandReachesCode = new("DBG0589", "The rehearsed command may reach production", ExitCode.Blocked);

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

using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What keeps a migration from being rehearsed.</summary>
static class RehearsalProblems
{
    internal static readonly ProblemCode ReachesMachineCode = new("DBG0545", "A migration reaches the server's machine", ExitCode.Blocked);

    /// <param name="what">What of the statement does.</param>
    /// <param name="location">The statement; null when it is not in a file.</param>
    public static Problem ReachesMachine(string what, SourceLocation? location) =>
        new(ReachesMachineCode, $"a statement of a migration reaches the machine of the server: {what}")
        {
            Cause = "At a rehearsal the server runs on the machine of the run.",
            State = DatabaseState.Untouched,
            Location = location,
            Fix = "Load files from the client (\\copy, COPY … FROM STDIN), and do the rest outside of the migrations",
        };
}

using DbGate.Problems;

namespace DbGate.Checks;

/// <summary>What a machine or a project can lack.</summary>
static class DoctorProblems
{
    static readonly ProblemCode NoNodeCode = new("DBG0012", "Node is missing", ExitCode.Environment);
    static readonly ProblemCode NoServerCode =
        new("DBG0014", "No PostgreSQL server for rehearsals and restore tests", ExitCode.Environment);
    static readonly ProblemCode NoMigrationsCode = new("DBG0015", "The project has no migrations", ExitCode.Blocked);

    public static Problem NoNode() =>
        Untouched(NoNodeCode, "node was not found, and the migrate command needs it") with
        {
            Fix = new(
                "Install Node, or deploy without it (--engine=direct)",
                FixCommand.Run(
                    OperatingSystem.IsMacOS() ? "brew" : "apt-get",
                    OperatingSystem.IsMacOS() ? ["install", "node"] : ["install", "nodejs", "npm"])),
        };

    /// <param name="lack">Why no throwaway server can be had.</param>
    public static Problem NoScratchServer(Problem lack) =>
        Untouched(NoServerCode, $"rehearsals and restore tests have no place: TEST_DATABASE_URL is not set, and {lack.Message}") with
        {
            Severity = Severity.Warning,
            Cause = lack.Cause,
            State = DatabaseState.Untouched,
            Fix = lack.Fix is { } fix ? fix with { Sentence = $"{fix.Sentence}; or set TEST_DATABASE_URL" } : "Set TEST_DATABASE_URL",
        };

    public static Problem NoMigrations(string folder) =>
        Untouched(NoMigrationsCode, $"there is no migrations folder {folder}") with
        {
            Fix = "name the project's root (--project=<folder>) or the folder (--migrations-folder=<folder>)",
        };

    static Problem Untouched(ProblemCode code, string message) => new(code, message) { State = DatabaseState.NotContacted };
}

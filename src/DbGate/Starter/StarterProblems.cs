using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>What can go wrong when a project is set up.</summary>
static class StarterProblems
{
    static readonly ProblemCode NotWrittenCode = new("DBG0072", "A starter file cannot be written", ExitCode.Environment);

    public static Problem NotWritten(string file, string why) => new(NotWrittenCode, $"{file} cannot be written: {why}")
    {
        State = DatabaseState.NotContacted,
        Fix = "make the project's folder writable; ./build.sh --target=init goes on where it stopped",
    };
}

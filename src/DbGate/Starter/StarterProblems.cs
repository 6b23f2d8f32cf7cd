using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>What can go wrong when a project is set up.</summary>
static class StarterProblems
{
    static readonly ProblemCode NotWrittenCode = new("DBG0072", "A starter file cannot be written", ExitCode.Environment);

    public static Problem NotWritten(string file, string why) => new(NotWrittenCode, $"{file} cannot be written: {why}")
    {
        State = DatabaseState.NotContacted,
        Fix = new("Make the project's folder writable and run it again; it continues where it stopped", FixCommand.Gate("init")),
    };
}

using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>What can go wrong when a project is set up.</summary>
static class StarterProblems
{
    static readonly ProblemCode NotWrittenCode = new("DBG0072", "A starter file cannot be written", ExitCode.Environment);

    static readonly ProblemCode SetupStoppedCode = new("DBG0078", "The setup stopped before it wrote anything", ExitCode.Usage);

    public static Problem SetupStopped(string why, string fix) => new(SetupStoppedCode, why)
    {
        State = DatabaseState.NotContacted,
        Fix = new(fix, FixCommand.Gate("setup")),
    };

    public static Problem NotWritten(string file, string why) => new(NotWrittenCode, $"{file} cannot be written: {why}")
    {
        State = DatabaseState.NotContacted,
        Fix = new("Make the project's folder writable and run it again; it continues where it stopped", FixCommand.Gate("init")),
    };
}

using DbGate.Problems;

namespace DbGate.Frosting;

/// <summary>
/// What a run leaves behind for the program around it. Cake ends every failed run with 1 and prints its report last, so a task
/// leaves its exit code and its closing lines here; <see cref="GateHost.RunGates"/> returns and prints them after Cake is done.
/// A singleton of the run; a task takes it in its constructor.
/// </summary>
public sealed class RunOutcome
{
    readonly List<string> closingLines = [];

    /// <summary>The first failure's code; null while no task has failed with one.</summary>
    public ExitCode? ExitCode { get; private set; }

    /// <summary>True when the targets were found and the run has begun.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>What standard output ends with, after Cake's report.</summary>
    public IReadOnlyList<string> ClosingLines => closingLines;

    /// <summary>Keeps the code of the first failure: later ones are its consequences.</summary>
    public void Fail(ExitCode code) => ExitCode ??= code;

    /// <summary>Adds a line to the end of standard output.</summary>
    public void SayLast(string line) => closingLines.Add(line);
}

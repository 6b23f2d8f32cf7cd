using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>What a step can miss.</summary>
static class ReleaseStateProblems
{
    static readonly ProblemCode MissingInputCode = new("DBG0561", "A required earlier step did not run", ExitCode.Blocked);

    /// <summary>A step needs what no earlier step of the run has established.</summary>
    /// <param name="step">The step.</param>
    /// <param name="fact">What it needs, with its article.</param>
    /// <param name="madeBy">The task that makes it.</param>
    public static Problem MissingInput(string step, string fact, string madeBy) =>
        new(MissingInputCode, $"{step} needs {fact} of the same run, and there is none")
    {
        Cause = $"{madeBy} makes it, and did not run before {step}",
        State = DatabaseState.Untouched,
        Fix = new($"Run the whole release, which runs {madeBy} first", FixCommand.Gate("release")),
    };
}

using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>What can be wrong with a run before its first step.</summary>
static class GateProblems
{
    static readonly ProblemCode UnknownCode = new("DBG0060", "Unknown gate", ExitCode.Usage);

    static readonly ProblemCode NothingCode = new("DBG0128", "No gate ran", ExitCode.Usage);

    static readonly ProblemCode NotAloneCode = new("DBG0548", "Rehearse from the schema does not run alone", ExitCode.Usage);

    /// <summary>Gates were asked for, and none has a step to run.</summary>
    /// <param name="asked">The targets that were asked for.</param>
    public static Problem NothingRan(IReadOnlyList<string> asked) =>
        new(NothingCode,
            asked.Count == 0
                ? "no gate was asked for, so none ran"
                : $"{string.Join(", ", asked)} has no step of its own, so with --exclusive no gate ran")
        {
            Cause = "a run without a gate checks nothing, and so does not pass",
            State = DatabaseState.NotContacted,
            Fix = asked.Count == 0
                ? new("Name a gate", FixCommand.Gate("release"))
                : new("Leave out --exclusive", FixCommand.Gate(asked[0])),
        };

    /// <summary>A task was asked to run alone, and another one runs as well.</summary>
    /// <param name="option">The option, without dashes.</param>
    /// <param name="task">The task that it belongs to.</param>
    public static Problem NotAlone(string option, string task) =>
        new(NotAloneCode, $"--{option} belongs to {task} alone, and another task runs as well")
        {
            Cause = $"with --{option} {task} runs without its prerequisites and leaves no evidence, so no release can use it",
            State = DatabaseState.NotContacted,
            Fix = new($"Run {task} alone; in a build with --exclusive", FixCommand.Gate(task, (option, ""))),
        };

    internal static Problem Unknown(string name, string? nearest, IEnumerable<string> known) =>
        new(UnknownCode, $"there is no gate \"{name}\"")
        {
            Cause = $"the gates are {string.Join(", ", known)}",
            State = DatabaseState.NotContacted,
            Fix = nearest is null ? "name one of them" : $"did you mean {nearest}?",
        };
}

using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>What can be wrong with a run before its first step.</summary>
static class GateProblems
{
    static readonly ProblemCode UnknownCode = new("DBG0060", "There is no gate of that name", ExitCode.Usage);

    public static Problem Unknown(string name, string? nearest, IEnumerable<string> known) =>
        new(UnknownCode, $"there is no gate \"{name}\"")
        {
            Cause = $"the gates are {string.Join(", ", known)}",
            State = DatabaseState.NotContacted,
            Fix = nearest is null ? "name one of them" : $"did you mean {nearest}?",
        };
}

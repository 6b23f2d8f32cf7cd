using DbGate.Problems;

namespace DbGate.Targets;

/// <summary>Why a target cannot take a release.</summary>
static class TargetProblems
{
    static readonly ProblemCode ReadOnlyCode = new("DBG0109", "The target cannot be written to", ExitCode.Blocked);

    public static Problem ReadOnly(string why) =>
        new(ReadOnlyCode, $"the target cannot be written to: {why}")
        {
            Cause = "migrations need the primary",
            State = DatabaseState.Untouched,
            Fix = "name the primary in the URL",
        };
}

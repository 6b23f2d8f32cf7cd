using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Targets;

/// <summary>Why a target cannot take a release.</summary>
static class TargetProblems
{
    static readonly ProblemCode ReadOnlyCode = new("DBG0109", "The target cannot be written to", ExitCode.Blocked);
    static readonly ProblemCode PooledCode = new("DBG0111", "The URL leads to a connection pooler", ExitCode.Blocked);

    public static Problem ReadOnly(string why) =>
        new(ReadOnlyCode, $"the target cannot be written to: {why}")
        {
            Cause = "migrations need the primary",
            State = DatabaseState.Untouched,
            Fix = "name the primary in the URL",
        };

    public static Problem Pooled(Pooler pooler, string source) =>
        new(PooledCode, "locks, dumps and migrations need a direct connection, this one is pooled")
        {
            Cause = $"{source}: {pooler.Sign}",
            State = DatabaseState.Untouched,
            Fix = pooler.DirectUrl is { } direct ? $"set DIRECT_URL={direct.Redacted}" : "set DIRECT_URL to the server's own address",
        };
}

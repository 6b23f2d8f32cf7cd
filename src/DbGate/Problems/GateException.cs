namespace DbGate.Problems;

/// <summary>An expected failure: carries the problem that a door shows, without a stack trace.</summary>
public sealed class GateException : Exception
{
    /// <summary>Wraps a problem.</summary>
    public GateException(Problem problem, Exception? inner = null)
        : base(problem.Message, inner) => Problem = problem;

    /// <summary>What went wrong, as data.</summary>
    public Problem Problem { get; }
}

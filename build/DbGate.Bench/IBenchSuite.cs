namespace DbGate.Bench;

/// <summary>A group of benchmarks: makes its own data, runs DbGate and its comparators alternating, and measures.</summary>
public interface IBenchSuite
{
    /// <summary>What <c>--suite=</c> calls it.</summary>
    string Name { get; }

    /// <summary>Measures.</summary>
    /// <param name="options">How often, and how large.</param>
    /// <param name="log">Takes one line at a time.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">A comparator is missing (exit code 20), or something did not work.</exception>
    Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken);
}

/// <summary>How often, and how large.</summary>
/// <param name="Runs">Alternating runs; three at least state something.</param>
/// <param name="Scale">1 is the size that the limits are meant for.</param>
public sealed record BenchOptions(int Runs = 5, double Scale = 1);

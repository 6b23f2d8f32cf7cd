using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>One thing that must hold. A new one is one file and one line in <see cref="CheckCatalog"/>.</summary>
public interface ICheck
{
    /// <summary>What it is.</summary>
    CheckDescriptor Descriptor { get; }

    /// <summary>
    /// Runs it. An expected failure is a result; an exception of any kind becomes <see cref="CheckOutcome.Errored"/>, which blocks.
    /// </summary>
    Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken);
}

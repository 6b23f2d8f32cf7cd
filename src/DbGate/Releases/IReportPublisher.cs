using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>
/// Shows verdicts where people look for them, such as GitHub. A door registers it; a run that left a report calls it at its end.
/// Whatever it meets, the verdict stays what it was.
/// </summary>
public interface IReportPublisher
{
    /// <summary>A short word of lower-case letters, such as <c>github</c>; the files that it leaves behind begin with it.</summary>
    string Name { get; }

    /// <summary>True when this run is to be published.</summary>
    /// <exception cref="GateException">Its settings cannot be used.</exception>
    bool IsOn(Settings settings);

    /// <summary>
    /// Writes down everything that is to be shown, and where, as an indented JSON object; makes no request. A later run can publish it.
    /// </summary>
    string Draft(GateContext context, GateReport report);

    /// <summary>
    /// Publishes a draft, in full or in part. Doing it again changes nothing, and an older draft never replaces a newer one.
    /// </summary>
    /// <param name="context">The run that publishes, not always the one that drafted.</param>
    /// <param name="draft">What <see cref="Draft"/> wrote.</param>
    /// <param name="cancellationToken">Stops it; what is still to do is then <see cref="PublishResult.Left"/>.</param>
    Task<PublishResult> PublishAsync(GateContext context, string draft, CancellationToken cancellationToken);
}

/// <summary>How far a draft was published.</summary>
/// <param name="Done">What now is where people see it, in words.</param>
public sealed record PublishResult(IReadOnlyList<string> Done)
{
    /// <summary>What was refused, and why. Trying again would not help.</summary>
    public IReadOnlyList<Problem> Refused { get; init; } = [];

    /// <summary>True when this run cannot publish it but another one can: it is of another repository that shares the store.</summary>
    public bool IsOfAnother { get; init; }

    /// <summary>Why something is left for a later run; null when nothing is.</summary>
    public string? Left { get; init; }
}

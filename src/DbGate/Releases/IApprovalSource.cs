using DbGate.Releases.Plans;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>Knows of approvals that people gave elsewhere, such as in the review of a GitHub environment.</summary>
public interface IApprovalSource
{
    /// <summary>A short word of lower-case letters, such as <c>github</c>; approvals that came from here name it.</summary>
    string Name { get; }

    /// <summary>Reads what people decided about this plan.</summary>
    /// <exception cref="GateException">It cannot be read, or this is no place where anyone could have approved.</exception>
    internal Task<ReviewHistory> ReadAsync(GateContext context, Plan plan, string digest, CancellationToken cancellationToken);
}

/// <summary>One person's decision.</summary>
/// <param name="By">Who.</param>
/// <param name="IsApproval">False for a rejection.</param>
/// <param name="Comment">What they wrote.</param>
sealed record Review(string By, bool IsApproval, string Comment)
{
    /// <summary>When; null when no one knows.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why it is not bound to the plan that was asked for; null when it is.</summary>
    public string? NotBound { get; init; }

    /// <summary>The losses that it accepts, by the names that the plan gives them.</summary>
    public IReadOnlyList<string> AcceptedLosses { get; init; } = [];
}

/// <summary>Everything that was decided, and under which rules.</summary>
/// <param name="Place">Where it can be read, such as the address of a workflow run.</param>
/// <param name="Reviews">The decisions.</param>
sealed record ReviewHistory(string Place, IReadOnlyList<Review> Reviews)
{
    /// <summary>Who started the run that was reviewed, and who ran it again. They asked for the plan, no matter who made it.</summary>
    public IReadOnlyList<string> Requesters { get; init; } = [];

    /// <summary>The rules, in words, for the evidence.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>What is wrong with the rules, or with how they were followed.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>What could not be looked at.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];
}

using DbGate.Problems;

namespace DbGate.Reports;

/// <summary>
/// The problems of a step as a person reads them: what blocks one by one, warnings of one kind together, and notes that the rehearsal
/// measured as harmless as a number. Pure.
/// </summary>
/// <param name="Blocking">In the order in which they were found.</param>
/// <param name="Others">Warnings and notes, a list for each code.</param>
/// <param name="Harmless">Lock notes whose statement was rehearsed in less than <see cref="Brief"/>.</param>
sealed record ProblemGroups(IReadOnlyList<Problem> Blocking, IReadOnlyList<IReadOnlyList<Problem>> Others, IReadOnlyList<Problem> Harmless)
{
    /// <summary>Shorter locks are not noticed.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(100);

    public static ProblemGroups From(IEnumerable<Problem> problems)
    {
        var (blocking, others, harmless) = (new List<Problem>(), new List<Problem>(), new List<Problem>());
        foreach (var problem in problems)
        {
            (problem.IsBlocking ? blocking : problem.Measured is { } time && time < Brief ? harmless : others).Add(problem);
        }

        return new(
            blocking, [.. others.GroupBy(problem => problem.Code.Id, StringComparer.Ordinal).Select(group => group.ToArray())], harmless);
    }
}

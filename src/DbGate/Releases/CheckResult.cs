using System.Collections.Immutable;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>It ran and holds.</summary>
    Passed,

    /// <summary>It ran and does not hold.</summary>
    Failed,

    /// <summary>It does not apply here; the details state why.</summary>
    Skipped,

    /// <summary>It could not run. What could not be checked counts as failed.</summary>
    Errored,
}

/// <summary>The result of one check.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Details">One sentence; for the three checks of <c>/ready</c> its wording is a contract.</param>
/// <param name="Problems">What was found, warnings too.</param>
public sealed record CheckResult(CheckOutcome Outcome, string Details, ImmutableArray<Problem> Problems)
{
    /// <summary>True when the result stops a release: failed, or could not run.</summary>
    public bool IsBlocking => Outcome is CheckOutcome.Failed or CheckOutcome.Errored;

    /// <summary>True for passed and for skipped.</summary>
    public bool IsOk => !IsBlocking;

    /// <summary>It holds; problems may be warnings only.</summary>
    public static CheckResult Passed(string details, params IEnumerable<Problem> warnings) =>
        new(CheckOutcome.Passed, details, [.. warnings]);

    /// <summary>It does not hold.</summary>
    public static CheckResult Failed(string details, params IEnumerable<Problem> problems) =>
        new(CheckOutcome.Failed, details, [.. problems]);

    /// <summary>It does not apply.</summary>
    public static CheckResult Skipped(string reason) => new(CheckOutcome.Skipped, reason, []);

    /// <summary>It could not run.</summary>
    public static CheckResult Errored(Problem problem) => new(CheckOutcome.Errored, problem.Message, [problem]);

    /// <summary>
    /// Passed when nothing blocks, failed otherwise; the details are the blocking messages, or <paramref name="whenPassed"/>.
    /// </summary>
    public static CheckResult From(IReadOnlyCollection<Problem> problems, string whenPassed) =>
        problems.Any(problem => problem.IsBlocking)
            ? Failed(string.Join("; ", problems.Where(problem => problem.IsBlocking).Select(problem => problem.Message)), problems)
            : Passed(whenPassed, problems);
}

/// <summary>A check with its result.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CheckReport(CheckDescriptor Check, CheckResult Result, TimeSpan Duration);

using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;

namespace DbGate.Reports.Actions;

/// <summary>Problems as annotations of a workflow run: <c>::error file=…,line=…::…</c>. Pure.</summary>
static class Annotations
{
    /// <summary>GitHub keeps so many of each level from one step, and silently drops the rest.</summary>
    public const int MostOfALevel = 10;

    /// <summary>
    /// One line per problem that blocks or has a place, the weightiest first. Where a level has too many, its last line counts the others.
    /// </summary>
    /// <param name="problems">All of a run.</param>
    /// <param name="checkout">How the checkout names the project's files.</param>
    public static IReadOnlyList<string> Render(IEnumerable<Problem> problems, Checkout? checkout = null) =>
    [
        .. problems
            .Where(problem => problem.IsBlocking || problem.Location is not null)
            .GroupBy(problem => problem.Severity)
            .OrderByDescending(level => level.Key)
            .SelectMany(level => Render(Level(level.Key), [.. level], checkout ?? Checkout.None)),
    ];

    /// <summary>One problem.</summary>
    public static string From(Problem problem, Checkout? checkout = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var properties = Place(problem.Location, checkout ?? Checkout.None) + $"title={WorkflowCommands.Property(
            $"{problem.Code.Id} {problem.Code.Title}")}";
        var lines = new[] { problem.Message, problem.Cause, problem.Fix is null ? null : $"fix: {problem.Fix}" };
        return $"::{Level(problem.Severity)} {properties}::{WorkflowCommands.Data(string.Join('\n', lines.OfType<string>()))}";
    }

    static IEnumerable<string> Render(string level, IReadOnlyList<Problem> problems, Checkout checkout) =>
        problems.Count <= MostOfALevel
            ? problems.Select(problem => From(problem, checkout))
            : problems.Take(MostOfALevel - 1).Select(problem => From(problem, checkout))
                .Append(
                    $"::{level} title=DbGate::and {problems.Count - MostOfALevel + 1} more; the step's summary and the report list them "
                        + $"all");

    static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "notice",
    };

    static string Place(SourceLocation? location, Checkout checkout)
    {
        if (location is null)
        {
            return "";
        }

        return $"file={WorkflowCommands.Property(checkout.Name(location.File))},{(location.Line is { } line ? $"line={line}," : "")}"
            + $"{(location.Column is { } column ? $"col={column}," : "")}";
    }
}

using System.Collections.Immutable;

namespace DbGate.Cli.CommandLine;

/// <summary>
/// What the arguments ask for. <c>dbgate release --environment production</c> is <c>--target=release --environment=production</c>; several
/// tasks run in one go, what they share once.
/// </summary>
/// <param name="Tasks">The tasks, in their order: words of their own, then values of <c>--target</c>.</param>
/// <param name="Settings">The options that are settings or options of a task, without dashes: the last one wins, a switch without a value
/// is empty.</param>
sealed record ParsedCommandLine(ImmutableArray<string> Tasks, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary><c>help</c> as the first word, or <c>--help</c> anywhere.</summary>
    public bool AsksForHelp { get; init; }

    /// <summary>States which version this is.</summary>
    public bool AsksForVersion { get; init; }

    /// <summary>Lists the order of the tasks.</summary>
    public bool AsksForTree { get; init; }

    /// <summary>Lists the tasks.</summary>
    public bool AsksForDescriptions { get; init; }

    /// <summary>Only states what would be done.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Runs the tasks without their prerequisites.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>The folder to start in; null: the current one.</summary>
    public string? Working { get; init; }

    /// <summary>How much is shown; null: the least.</summary>
    public string? Verbosity { get; init; }

    /// <summary>Standard output belongs to one JSON document.</summary>
    public bool IsJson => Settings.TryGetValue("json", out var text) && text is "" or "true";
}

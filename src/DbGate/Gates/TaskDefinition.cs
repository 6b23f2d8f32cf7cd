using DbGate.Configuration;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>What a task is for, in the order in which help lists the groups.</summary>
enum TaskGroup
{
    /// <summary>The chain of a release.</summary>
    Release,

    /// <summary>Tasks that change nothing.</summary>
    Check,

    /// <summary>Backups and restores.</summary>
    Backup,

    /// <summary>Protection inside the database.</summary>
    Protect,

    /// <summary>Setting a project up.</summary>
    Setup,

    /// <summary>GitHub.</summary>
    GitHub,

    /// <summary>The service and fleets.</summary>
    Serve,
}

/// <summary>A task: all that help, completion, builds and docs/reference/tasks.md show of it, and how it is run.</summary>
sealed record TaskDefinition
{
    /// <summary>Its kebab-case name; a contract.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required TaskGroup Group { get; init; }

    /// <summary>One line: what it does.</summary>
    public required string Description { get; init; }

    /// <summary>What <c>--dryrun</c> states about it; null for a name of several tasks.</summary>
    public string? DryRun { get; init; }

    /// <summary>What a dry run cannot know about it; null when there is nothing.</summary>
    public string? NotKnown { get; init; }

    /// <summary>The tasks that run before it, in their order.</summary>
    public IReadOnlyList<string> Prerequisites { get; init; } = [];

    /// <summary>Its own arguments.</summary>
    internal IReadOnlyList<Setting> Options { get; init; } = [];

    /// <summary>Settings of the project that matter to it.</summary>
    internal IReadOnlyList<Setting> Settings { get; init; } = [];

    /// <summary>Whole command lines of the tool.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>
    /// Makes its step; null for a name of several tasks, and for a task whose step belongs to a host (<see cref="IsOfTool"/>).
    /// </summary>
    public Func<IStep>? Step { get; init; }

    /// <summary>
    /// The option with which it runs alone, without its prerequisites and as another step; null when there is none.
    /// </summary>
    internal (Setting Option, Func<IStep> Step)? Alone { get; init; }

    /// <summary>True for a person's decision, and for answers at a terminal: not available to builds that name gates.</summary>
    public bool IsForPeopleOnly { get; init; }

    /// <summary>True when only the command-line tool has it.</summary>
    public bool IsOfTool { get; init; }
}

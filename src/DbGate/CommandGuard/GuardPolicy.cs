using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>Globs (gitignore syntax, relative to the root) per class of path. The first class that matches wins, in the order
/// ignore, production, development.</summary>
sealed record GuardPolicy
{
    /// <summary>No path is classed; the guard finds out itself.</summary>
    public static GuardPolicy None { get; } = new();

    /// <summary>Files that production runs, whatever their name states.</summary>
    public IReadOnlyList<string> Production { get; init; } = [];

    /// <summary>Files that only developers and tests run.</summary>
    public IReadOnlyList<string> Development { get; init; } = [];

    /// <summary>True when a project without entrypoints blocks.</summary>
    public bool RequireEntrypoints { get; init; }

    /// <summary>True when applying migrations outside the release blocks; false when it is a warning.</summary>
    public bool BypassBlocks { get; init; }

    /// <summary>Files whose start commands need not be followed.</summary>
    public IReadOnlyList<string> Unfollowed { get; init; } = [];

    /// <summary>Files that are not looked at.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Where <see cref="Ignore"/> is written; null when it is not known.</summary>
    internal SourceLocation? IgnoreLocation { get; init; }
}

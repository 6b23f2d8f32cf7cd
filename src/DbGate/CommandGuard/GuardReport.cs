using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>One step of a chain: a place, and what is there.</summary>
/// <param name="Location">File and line.</param>
/// <param name="Text">What is run there, shortened to one line, without secrets.</param>
public sealed record CallSite(SourceLocation Location, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text.Length == 0 ? $"{Location}" : $"{Location} {Text}";
}

/// <summary>One way from an entrypoint to a command.</summary>
/// <param name="Hops">The entrypoint first, the command last.</param>
/// <param name="Context">What the path is run for.</param>
/// <param name="Reason">Why the guard thinks so.</param>
public sealed record GuardPath(IReadOnlyList<CallSite> Hops, PathClass Context, string Reason)
{
    /// <summary>True when production runs the path, or when that cannot be ruled out.</summary>
    public bool Blocks => Context is PathClass.Production or PathClass.Unknown;

    /// <summary>The chain in its console form.</summary>
    public override string ToString() => string.Join(" → ", Hops);
}

/// <summary>A command that is reached, with every way to it.</summary>
/// <param name="Class">What the command does.</param>
/// <param name="Operation">The operation as its tool names it, such as <c>db push</c>.</param>
/// <param name="Command">The command as it is written.</param>
/// <param name="Paths">The ways to it: those that block first.</param>
public sealed record GuardFinding(CommandClass Class, string Operation, string Command, IReadOnlyList<GuardPath> Paths)
{
    /// <summary>The tool, such as <c>prisma</c> or <c>flyway</c>.</summary>
    public string Tool { get; init; } = "prisma";

    /// <summary>Tool and operation in one text, such as <c>prisma db push</c>.</summary>
    public string Display { get; init; } = "";

    /// <summary>The consequence, as the end of a sentence.</summary>
    public string Effect { get; init; } = "";

    /// <summary>What to do instead.</summary>
    public string Fix { get; init; } = "";

    /// <summary>True when applying migrations outside the release blocks.</summary>
    public bool IsEnforced { get; init; }

    /// <summary>The waiver that covers it, when there is one in force.</summary>
    internal Waiver? Waiver { get; init; }

    /// <summary>The waiver that covered it until it expired.</summary>
    internal Waiver? ExpiredWaiver { get; init; }

    /// <summary>Where the command is.</summary>
    public SourceLocation Location => Paths[0].Hops[^1].Location;

    /// <summary>The way that matters most.</summary>
    public GuardPath Path => Paths[0];

    /// <summary>True when it stops a release.</summary>
    public bool Blocks => Waiver is null && (Class == CommandClass.Destructive || (Class == CommandClass.Bypassing && IsEnforced))
        && Path.Blocks;
}

/// <summary>A setting that turns off a protection, or makes a tool change the schema by itself.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Location">Where it is set.</param>
/// <param name="Context">What the file is used for.</param>
/// <param name="Reason">Why the guard thinks so.</param>
public sealed record FlagFinding(string Name, SourceLocation Location, PathClass Context, string Reason)
{
    /// <summary>What it does.</summary>
    public CommandClass Class { get; init; } = CommandClass.Destructive;

    /// <summary>The consequence, as a sentence without a full stop.</summary>
    public string Effect { get; init; } = "";

    /// <summary>The waiver that covers it, when there is one in force.</summary>
    internal Waiver? Waiver { get; init; }

    /// <summary>True when it stops a release.</summary>
    public bool Blocks => Waiver is null && Class == CommandClass.Destructive && Context is PathClass.Production or PathClass.Unknown;
}

/// <summary>A place where the guard could not see further.</summary>
/// <param name="Location">Where it stopped.</param>
/// <param name="Text">What is there.</param>
/// <param name="Reason">Why it cannot be followed.</param>
public sealed record NotFollowed(SourceLocation Location, string Text, string Reason)
{
    /// <summary>What the place is run for.</summary>
    public PathClass Context { get; init; }

    /// <summary>True where anything may run: a limit of the guard was reached, or the command cannot be told.</summary>
    public bool IsDecisive { get; init; }

    /// <summary>True where the start command of an image or a service itself cannot be followed, so that nothing of the application was
    /// seen.</summary>
    public bool IsStart { get; init; }

    /// <summary>True when it stops a release.</summary>
    public bool Blocks => IsDecisive && Context is (PathClass.Production or PathClass.Unknown);
}

/// <summary>Entrypoints that <c>guard.ignore</c> in dbgate.json leaves out.</summary>
/// <param name="Pattern">The glob that leaves them out.</param>
/// <param name="Files">The files that are left out, in order.</param>
/// <param name="Line">The line of <see cref="File"/> that holds the glob; null when it is not known.</param>
sealed record IgnoredEntrypoints(string Pattern, IReadOnlyList<string> Files, int? Line)
{
    /// <summary>The file that holds the glob: <c>dbgate.json</c> or the policy file.</summary>
    public string File { get; init; } = Configuration.ProjectFile.Name;
}

/// <summary>A file that could not be read or parsed.</summary>
/// <param name="Location">The file, and the line where the parser gave up when it is known.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="IsEntrypoint">True when production may run what it states: then it blocks.</param>
public sealed record UnreadableFile(SourceLocation Location, string Reason, bool IsEntrypoint);

/// <summary>The immutable result of an inspection.</summary>
public sealed record GuardReport
{
    /// <summary>The environment that was asked for.</summary>
    public required string Environment { get; init; }

    /// <summary>Commands that are reached: blocking ones first, then by place.</summary>
    public required IReadOnlyList<GuardFinding> Findings { get; init; }

    /// <summary>Settings that switch a protection off.</summary>
    public required IReadOnlyList<FlagFinding> Flags { get; init; }

    /// <summary>What could not be followed. Never empty without reason: nothing is dropped silently.</summary>
    public required IReadOnlyList<NotFollowed> NotFollowed { get; init; }

    /// <summary>Files that could not be read.</summary>
    public required IReadOnlyList<UnreadableFile> Unreadable { get; init; }

    /// <summary>Entrypoints that the policy leaves out, by glob.</summary>
    internal IReadOnlyList<IgnoredEntrypoints> Ignored { get; init; } = [];

    /// <summary>True when a project without entrypoints blocks.</summary>
    public bool RequiresEntrypoints { get; init; }

    /// <summary>True when nothing was followed although the project has entrypoints.</summary>
    public bool IgnoresAll => Entrypoints == 0 && Ignored.Count > 0;

    /// <summary>How many files the walk met.</summary>
    public required int Files { get; init; }

    /// <summary>How many entrypoints were followed.</summary>
    public required int Entrypoints { get; init; }

    /// <summary>True when anything in it stops a release.</summary>
    public bool Blocks => Findings.Any(finding => finding.Blocks) || Flags.Any(flag => flag.Blocks)
        || Unreadable.Any(file => file.IsEntrypoint) || NotFollowed.Any(place => place.Blocks) || IgnoresAll
        || (RequiresEntrypoints && Entrypoints == 0);
}

namespace DbGate.CommandGuard;

/// <summary>What one command line amounts to.</summary>
/// <param name="Class">The worst class of all it runs.</param>
/// <param name="Environment">The environment it was judged for.</param>
public sealed record CommandVerdict(CommandClass Class, string Environment)
{
    /// <summary>The tool behind the class, such as <c>prisma</c>; null when there is none.</summary>
    public string? Tool { get; init; }

    /// <summary>The operation behind the class, such as <c>db push</c>; null when there is none.</summary>
    public string? Operation { get; init; }

    /// <summary>How the line reaches it; empty when there is none.</summary>
    public IReadOnlyList<CallSite> Chain { get; init; } = [];

    /// <summary>What could not be followed.</summary>
    public IReadOnlyList<NotFollowed> NotFollowed { get; init; } = [];

    /// <summary>True when it cannot be told what the line does. Outside development that blocks.</summary>
    public bool CannotTell { get; init; }

    /// <summary>The database that it reaches.</summary>
    internal Judging.CommandTarget? Target { get; init; }

    /// <summary>What to do instead; null when there is nothing to do.</summary>
    internal string? Fix { get; init; }

    /// <summary>One sentence for the person, or the coding agent, that typed the line.</summary>
    public required string Reason { get; init; }

    /// <summary>True when the line must not be run in the environment.</summary>
    public required bool Blocks { get; init; }
}

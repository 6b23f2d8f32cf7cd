using System.Collections.Immutable;

namespace DbGate.Problems;

/// <summary>A measured or decided thing worth showing, such as "archive" or "server".</summary>
/// <param name="Name">A short noun.</param>
/// <param name="Value">The value as people read it.</param>
public sealed record Fact(string Name, string Value)
{
    /// <summary>Commands that belong to it; each host writes them in its own spelling.</summary>
    public ImmutableArray<FixCommand> Commands { get; init; } = [];
}

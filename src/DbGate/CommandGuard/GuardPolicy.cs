using System.Text.Json;
using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>Globs (gitignore syntax, relative to the root) per class of path. The first class that matches wins, in the order
/// ignore, production, development.</summary>
public sealed record GuardPolicy
{
    /// <summary>No path is classed; the guard finds out itself.</summary>
    public static GuardPolicy None { get; } = new();

    /// <summary>Files that production runs, whatever their name says.</summary>
    public IReadOnlyList<string> Production { get; init; } = [];

    /// <summary>Files that only developers and tests run.</summary>
    public IReadOnlyList<string> Development { get; init; } = [];

    /// <summary>Files that are not looked at.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Reads the section <c>guard</c> of <c>dbgate.json</c>.</summary>
    /// <param name="section">An object with the lists <c>production</c>, <c>development</c> and <c>ignore</c>; null when there is none.</param>
    /// <exception cref="GateException">A key is unknown, or a value is no list of texts.</exception>
    public static GuardPolicy Read(JsonElement? section)
    {
        var policy = None;
        if (section is not { } given)
        {
            return policy;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw new GateException(CommandGuardProblems.InvalidPolicy("it is no object"));
        }

        foreach (var property in given.EnumerateObject())
        {
            policy = property.Name switch
            {
                "production" => policy with { Production = Globs(property) },
                "development" => policy with { Development = Globs(property) },
                "ignore" => policy with { Ignore = Globs(property) },
                _ => throw new GateException(CommandGuardProblems.InvalidPolicy($"'{property.Name}' is none of production, development, ignore")),
            };
        }

        return policy;
    }

    static IReadOnlyList<string> Globs(JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. property.Value.EnumerateArray().Select(item => item.GetString()!)]
            : throw new GateException(CommandGuardProblems.InvalidPolicy($"'{property.Name}' has to be a list of globs"));
}

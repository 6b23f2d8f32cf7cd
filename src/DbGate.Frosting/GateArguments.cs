using Cake.Core;

namespace DbGate.Frosting;

/// <summary>Options of the host's own, which are not settings of DbGate.</summary>
/// <param name="Names">Their names without dashes.</param>
public sealed record HostOptions(params IReadOnlyList<string> Names)
{
    // Cake takes most of these before a task sees them; some reach the arguments as well.
    static readonly string[] OfCake =
    [
        "target", "t", "working", "w", "verbosity", "v", "description", "descriptions", "showdescription", "tree", "showtree",
        "dryrun", "noop", "whatif", "exclusive", "e", "version", "ver", "info", "help", "h",
    ];

    /// <summary>Every option that is not a setting, for hints about misspelled ones.</summary>
    internal IReadOnlyList<string> All => [.. OfCake.Where(name => name.Length > 2), .. Names];

    /// <summary>Cake's arguments as DbGate's options: the last one wins, a switch has an empty value.</summary>
    internal IReadOnlyDictionary<string, string> Read(ICakeArguments arguments) =>
        arguments.GetArguments()
            .Where(argument => !OfCake.Contains(argument.Key) && !Names.Contains(argument.Key))
            .ToDictionary(argument => argument.Key, argument => argument.Value?.LastOrDefault() ?? "", StringComparer.Ordinal);
}

using System.Collections.Immutable;
using DbGate.Configuration;

namespace DbGate.Tool.CommandLine;

/// <summary>
/// The process's arguments, told apart. <c>dbgate release --environment production</c> is
/// <c>--target=release --environment=production</c>; several tasks run in one go, what they share once.
/// </summary>
/// <param name="Tasks">The tasks, in their order: words of their own, or values of <c>--target</c>.</param>
/// <param name="Options">The other options without dashes, in their order; a null value where none was given.</param>
/// <param name="AsksForHelp"><c>help</c> as the first word, or <c>--help</c> anywhere.</param>
sealed record Words(ImmutableArray<string> Tasks, ImmutableArray<(string Name, string? Value)> Options, bool AsksForHelp)
{
    static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["t"] = "target", ["w"] = "working", ["v"] = "verbosity", ["e"] = "exclusive", ["h"] = "help", ["?"] = "help",
    };

    static readonly string[] HostValues = ["target", "working", "verbosity"];

    static readonly string[] HostSwitches =
    [
        "dryrun", "noop", "whatif", "exclusive", "tree", "showtree", "description", "descriptions", "showdescription", "showdescriptions",
        "version", "ver", "info",
    ];

    static readonly string[] Listings = ["tree", "showtree", "description", "descriptions", "showdescription", "showdescriptions", "version", "ver", "info"];

    /// <summary>Options that the host itself takes, but for <c>--target</c>.</summary>
    public static IReadOnlyList<string> OfHost { get; } = ["dryrun", "exclusive", "tree", "description", "working", "verbosity"];

    /// <summary>False when an option such as <c>--tree</c> asks for a list instead of a run.</summary>
    public bool NeedsTask => !Options.Any(option => Listings.Contains(option.Name));

    /// <summary>What is left for DbGate's settings: the last one wins, a switch has an empty value.</summary>
    public Dictionary<string, string> Settings
    {
        get
        {
            var settings = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in Options.Where(option => !IsHosts(option.Name)))
            {
                settings[name] = value ?? "";
            }

            return settings;
        }
    }

    /// <summary>The same for the host.</summary>
    public string[] ForHost() =>
        [.. Tasks.Select(task => $"--target={task}"), .. Options.Select(option => option.Value is null ? $"--{option.Name}" : $"--{option.Name}={option.Value}")];

    public static Words Read(IReadOnlyList<string> args)
    {
        var tasks = ImmutableArray.CreateBuilder<string>();
        var options = ImmutableArray.CreateBuilder<(string, string?)>();
        var help = false;
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-') || args[i].Trim('-').Length == 0)
            {
                tasks.Add(args[i]);
                continue;
            }

            var (name, value) = args[i].TrimStart('-').Split('=', 2) is [var left, var right] ? (left, right) : (args[i].TrimStart('-'), null);
            name = Short.GetValueOrDefault(name, name);
            if (value is null && i + 1 < args.Count && TakesNext(name, args[i + 1]))
            {
                value = args[++i];
            }

            if (name == "help")
            {
                help = true;
            }
            else if (name == "target" && value is not null)
            {
                tasks.Add(value);
            }
            else
            {
                options.Add((name, value));
            }
        }

        if (tasks is ["help", ..])
        {
            tasks.RemoveAt(0);
            help = true;
        }

        return new Words(tasks.ToImmutable(), options.ToImmutable(), help);
    }

    static bool IsHosts(string name) => HostValues.Contains(name) || HostSwitches.Contains(name) || HostedOptions.Names.Contains(name);

    /// <summary>A switch takes the next word only when it is a truth value: the word may be a task.</summary>
    static bool TakesNext(string name, string next) =>
        !next.StartsWith('-')
        && (HostValues.Contains(name)
            || (SettingsCatalog.All.FirstOrDefault(setting => setting.Option == name) is { } setting && (!setting.IsSwitch || next is "true" or "false")));
}

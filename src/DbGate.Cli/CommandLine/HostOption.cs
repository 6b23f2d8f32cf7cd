using DbGate.Gates;

namespace DbGate.Cli.CommandLine;

/// <summary>What follows an option.</summary>
enum OptionValue
{
    /// <summary>Nothing: it is a switch.</summary>
    None,

    /// <summary>One of <see cref="HostOption.Words"/>.</summary>
    Word,

    /// <summary>A folder.</summary>
    Folder,
}

/// <summary>An option of the program's own, which is not a setting.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Help">One line.</param>
/// <param name="Value">What its value is.</param>
/// <param name="Aliases">Its other spellings, with dashes.</param>
sealed record HostOption(string Name, string Help, OptionValue Value, params IReadOnlyList<string> Aliases)
{
    public static readonly HostOption Target =
        new("target", "a task to run; may be repeated", OptionValue.Word, "-t") { Words = [.. TaskCatalog.All.Select(task => task.Name)] };
    public static readonly HostOption DryRun =
        new("dryrun", "show what each task would do and what it finds now, without writing", OptionValue.None, "--noop", "--whatif");
    public static readonly HostOption Exclusive = new("exclusive", "run the task without its prerequisites", OptionValue.None, "-e");
    public static readonly HostOption Tree = new("tree", "show the order of the tasks", OptionValue.None, "--showtree");
    public static readonly HostOption Description = new(
        "description", "list the tasks with their descriptions", OptionValue.None, "--descriptions", "--showdescription",
        "--showdescriptions");
    public static readonly HostOption AskHelp = new("help", "a task's options and examples", OptionValue.None, "-h", "-?");
    public static readonly HostOption Version = new("version", "the version", OptionValue.None, "--ver", "--info");
    public static readonly HostOption Working = new("working", "the folder to start in", OptionValue.Folder, "-w");
    public static readonly HostOption Verbosity = new("verbosity", "normal or more: also show when a task begins", OptionValue.Word, "-v")
    {
        Words = ["quiet", "minimal", "normal", "verbose", "diagnostic"],
    };

    /// <summary>In the order of the completion.</summary>
    public static IReadOnlyList<HostOption> All { get; } =
        [Target, DryRun, Exclusive, Tree, Description, AskHelp, Version, Working, Verbosity];

    /// <summary>The values, when they are words.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

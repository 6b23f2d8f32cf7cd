using System.Collections.Immutable;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>What one command line makes happen, as far as the line itself reports.</summary>
abstract record CommandAction(CommandContext Around);

/// <summary>Calls a database or migration tool.</summary>
sealed record RunsTool(ToolCommand Command, CommandContext Around) : CommandAction(Around);

/// <summary>Runs a program that is written in the command line itself: <c>node -e</c>, <c>python -c</c>.</summary>
sealed record RunsCode(Argument Code, Language Language, CommandContext Around) : CommandAction(Around);

/// <summary>Hands a text to a shell: <c>sh -c</c>, <c>eval</c>, <c>concurrently</c>.</summary>
sealed record RunsShell(Argument Text, IReadOnlyList<Argument> Arguments, CommandContext Around) : CommandAction(Around);

/// <summary>Runs a file.</summary>
sealed record RunsFile(Argument Path, IReadOnlyList<Argument> Arguments, Language Language, CommandContext Around) : CommandAction(Around)
{
    /// <summary>The file shares the caller's functions and variables.</summary>
    public bool IsSourced { get; init; }

    /// <summary>It may as well be a program of the system: no word about it when it is not found.</summary>
    public bool MayBeProgram { get; init; }
}

/// <summary>Runs package.json scripts by name or glob.</summary>
sealed record RunsScripts(IReadOnlyList<Argument> Names, PackageSelection Selection, IReadOnlyList<Argument> Arguments,
    CommandContext Around) : CommandAction(Around)
{
    /// <summary>When there is no such script, the name is a command.</summary>
    public bool FallsBackToProgram { get; init; }

    /// <summary>A missing script is no mistake.</summary>
    public bool IfPresent { get; init; }
}

/// <summary>Runs a task of a monorepo tool over packages.</summary>
sealed record RunsTasks(string Tool, IReadOnlyList<Argument> Tasks, PackageSelection Selection, CommandContext Around)
    : CommandAction(Around);

/// <summary>Runs targets of make, just or task.</summary>
sealed record RunsTargets(string Tool, string? File, IReadOnlyList<Argument> Targets, CommandContext Around) : CommandAction(Around);

/// <summary>Installs packages, which runs the life-cycle scripts of the package it is in.</summary>
sealed record InstallsPackages(PackageSelection Selection, CommandContext Around) : CommandAction(Around);

/// <summary>Runs what comes on its standard input.</summary>
sealed record RunsInput(CommandContext Around) : CommandAction(Around)
{
    public Language Language { get; init; } = Language.Shell;
}

/// <summary>Makes an image or a service run its own command.</summary>
sealed record BuildsImage(string? File, string? Target, string? Directory, bool IsPushed, CommandContext Around) : CommandAction(Around);

/// <summary>Cannot be followed.</summary>
sealed record Open(string Reason, CommandContext Around) : CommandAction(Around)
{
    /// <summary>A limit was reached: anything may run there.</summary>
    public bool IsDecisive { get; init; }

    /// <summary>Nothing of the command is known, not even an operation behind a program that is not known.</summary>
    public bool IsUnknown { get; init; }
}

/// <summary>The language of a file that is run.</summary>
enum Language
{
    /// <summary>Told by its extension or first line.</summary>
    Detect,
    Shell,
    JavaScript,
    Python,
    Ruby,
    Perl,
    Php,
    Awk,
    CSharp,
    Java,
    Go,
    Rust,
    Elixir,
    PowerShell,
    Batch,
}

/// <summary>Which packages of a repository a script is run in.</summary>
sealed record PackageSelection(IReadOnlyList<string> Filters, bool All = false, bool AtRoot = false)
{
    public static PackageSelection Here { get; } = new([]);

    public bool IsHere => Filters.Count == 0 && !All && !AtRoot;
}

/// <summary>What a command line changes for the command it wraps.</summary>
/// <param name="Directory">Where it runs, relative to the caller.</param>
/// <param name="Environment">The variables that are set for it.</param>
/// <param name="EnvironmentNames">Environment files and profiles that are loaded for it.</param>
/// <param name="IsElsewhere">It runs in another container or on another machine.</param>
/// <param name="IsGuess">It was found among the arguments of a program that nothing is known about.</param>
sealed record CommandContext(
    string? Directory, ImmutableDictionary<string, string> Environment, ImmutableList<string> EnvironmentNames, bool IsElsewhere,
        bool IsGuess)
{
    public static CommandContext Same { get; } = new(null, ImmutableDictionary<string, string>.Empty, [], false, false);

    public CommandContext Setting(string name, string value) => this with { Environment = Environment.SetItem(name, value) };

    public CommandContext Naming(string? name) => string.IsNullOrEmpty(name) ? this
        : this with { EnvironmentNames = EnvironmentNames.Add(name) };

    public CommandContext In(string? directory) =>
        string.IsNullOrEmpty(directory) ? this : this with { Directory = Directory is null ? directory : $"{Directory}/{directory}" };
}

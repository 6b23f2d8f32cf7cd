using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>Uses a file as an image, a service file or a configuration that runs something.</summary>
sealed record UsesFile(FileRole Role, Argument Path, CommandContext Around) : CommandAction(Around)
{
    /// <summary>The stage or target; null for the default.</summary>
    public string? Stage { get; init; }

    /// <summary>The folder that an image is built with; null for the current one.</summary>
    public string? Folder { get; init; }

    /// <summary>The file is a default of the program: no word about it when it is not found.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>Runs a task that the project defines for its framework: rake, artisan, mix.</summary>
sealed record RunsFrameworkTask(Language Language, string Name, CommandContext Around) : CommandAction(Around);

/// <summary>Runs a function of a release of Elixir: <c>bin/app eval "App.Release.migrate()"</c>.</summary>
sealed record RunsFunction(string Module, string Name, CommandContext Around) : CommandAction(Around);

/// <summary>Runs a program that is built from a project of the repository.</summary>
sealed record RunsProject(Argument Project, Language Language, IReadOnlyList<Argument> Arguments, CommandContext Around)
    : CommandAction(Around);

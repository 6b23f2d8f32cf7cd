namespace DbGate.Cli.CommandLine;

/// <summary>A first word that the tool itself answers. It runs no task and contacts no database.</summary>
/// <param name="Name">The word.</param>
/// <param name="Usage">The call, after <c>dbgate</c>.</param>
/// <param name="Help">One line.</param>
sealed record ToolCommand(string Name, string Usage, string Help)
{
    public static readonly ToolCommand AskHelp = new("help", "help <task>", "Prints a task's options and examples.");
    public static readonly ToolCommand Explain =
        new("explain", "explain <code>…", "Prints the page of one or more problems, such as DBG0401. Needs no network.");
    public static readonly ToolCommand Completion =
        new("completion", "completion <shell>", "Prints the completion script of bash, zsh, fish or powershell.");
    public static readonly ToolCommand Version = new("version", "version", "Prints the version.");

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<ToolCommand> All { get; } = [AskHelp, Explain, Completion, Version];

    /// <summary>The command of this name; null when there is none.</summary>
    public static ToolCommand? Find(string name) => All.FirstOrDefault(command => command.Name == name);
}

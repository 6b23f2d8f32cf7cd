using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Cli.CommandLine;

namespace DbGate.Cli.Completion;

/// <summary>The completion scripts. They hold the names themselves, so that a Tab costs no start of <c>dbgate</c>.</summary>
static class CompletionScript
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    /// <exception cref="GateException">DBG0071: the shell has none.</exception>
    public static string For(string shell)
    {
        var words = new CompletionWords(
            [
                .. TaskCatalog.All.Select(task => (task.Name, task.Description)),
                .. ToolCommand.All.Select(command => (command.Name, command.Help)),
            ],
            CompletionOption.All);
        return shell switch
        {
            "bash" => Bash.Script(words),
            "zsh" => Zsh.Script(words),
            "fish" => Fish.Script(words),
            "powershell" or "pwsh" => PowerShell.Script(words),
            _ => throw new GateException(CommandLineProblems.UnknownShell(shell, Shells)),
        };
    }
}

/// <summary>What a script offers.</summary>
/// <param name="Tasks">First words with what they do.</param>
/// <param name="Options">Options.</param>
sealed record CompletionWords(IReadOnlyList<(string Name, string Help)> Tasks, IReadOnlyList<CompletionOption> Options)
{
    /// <summary>Only the names, blanks between.</summary>
    public string TaskNames => string.Join(' ', Tasks.Select(task => task.Name));

    public static string ShellNames => string.Join(' ', CompletionScript.Shells);
}

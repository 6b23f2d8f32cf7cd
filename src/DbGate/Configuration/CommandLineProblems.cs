using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What can be wrong with the words of a command line. None of these contacted a database.</summary>
static class CommandLineProblems
{
    static readonly ProblemCode UnknownTaskCode = new("DBG0070", "Unknown task", ExitCode.Usage);
    static readonly ProblemCode UnreadableCode = new("DBG0073", "The command line cannot be read", ExitCode.Usage);
    static readonly ProblemCode UnknownShellCode = new("DBG0071", "No completion for this shell", ExitCode.Usage);

    static readonly ProblemCode UnknownCodeCode = new("DBG0076", "Unknown problem code", ExitCode.Usage);

    /// <summary>The tool has it, a build has not.</summary>
    const string ServiceTask = "serve";

    /// <summary>No task is named.</summary>
    public static Problem NoTask() =>
        new(UnknownTaskCode, "no task is named") { State = DatabaseState.NotContacted, Fix = "Name a task; the help lists them" };

    /// <summary>A word that is not an option, where a build takes options only.</summary>
    public static Problem TaskWithoutOption(string word) =>
        new(UnknownTaskCode, $"\"{word}\" is not an option; a task is the value of --target")
    {
        State = DatabaseState.NotContacted,
        Fix = new Fix("Name the task as the target", FixCommand.Gate(word)),
    };

    /// <summary>The value of an option of the tool's own cannot be used.</summary>
    /// <param name="why">The option, and what is wrong.</param>
    public static Problem Unreadable(string why) => new(UnreadableCode, why)
    {
        State = DatabaseState.NotContacted,
        Fix = "Correct the option",
    };

    /// <summary>The host could not read the command line.</summary>
    public static Problem Unreadable() => new(UnreadableCode, "an option of the build has a value that it does not take")
    {
        State = DatabaseState.NotContacted,
        Fix = "Correct the option that standard error names",
    };

    /// <summary>A word that is no task.</summary>
    public static Problem UnknownTask(string name, string? nearest) => new(UnknownTaskCode, $"there is no task \"{name}\"")
    {
        State = DatabaseState.NotContacted,
        Fix = name switch
        {
            _ when name.Split('=') is [var option, _] => $"Write an option with two dashes: --{option}=…",
            "production" or "staging" or "development" => $"Write an environment as an option: --environment={name}",
            ServiceTask => new Fix("Start the service with the tool", FixCommand.Run("dbgate", ServiceTask)),
            _ => nearest is null ? "Choose a task that the help lists" : new Fix($"Did you mean {nearest}?", FixCommand.Gate(nearest)),
        },
    };

    /// <summary>No problem is named.</summary>
    public static Problem NoCode() => new(UnknownCodeCode, "explain needs the code of a problem")
    {
        State = DatabaseState.NotContacted,
        Fix = new Fix("Name one or more codes", FixCommand.Run("dbgate", "explain", "DBG0401")),
    };

    /// <summary>A code that no problem has.</summary>
    /// <param name="code">What was typed.</param>
    /// <param name="nearest">The code that was probably meant; null when none resembles it.</param>
    public static Problem UnknownCode(string code, string? nearest) => new(UnknownCodeCode, $"there is no problem \"{code}\"")
    {
        State = DatabaseState.NotContacted,
        Fix = nearest is null
            ? new Fix("Write the code as the message shows it", FixCommand.Run("dbgate", "explain", "DBG0401"))
            : new Fix($"Did you mean {nearest}?", FixCommand.Run("dbgate", "explain", nearest)),
    };

    /// <summary>A shell that has no completion script.</summary>
    public static Problem UnknownShell(string name, IReadOnlyList<string> shells) =>
        new(UnknownShellCode, name.Length == 0 ? "completion needs the name of a shell" : $"there is no completion for \"{name}\"")
        {
            State = DatabaseState.NotContacted,
            Fix = $"dbgate completion {NearestName.From(name, shells) ?? shells[0]}; there are {string.Join(", ", shells)}",
        };
}

using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What can be wrong with the words of a command line. None of these contacted a database.</summary>
public static class CommandLineProblems
{
    static readonly ProblemCode UnknownTaskCode = new("DBG0070", "Unknown task", ExitCode.Usage);
    static readonly ProblemCode UnknownShellCode = new("DBG0071", "No completion for this shell", ExitCode.Usage);

    /// <summary>A word that is no task.</summary>
    public static Problem UnknownTask(string name, string? nearest) => new(UnknownTaskCode, $"there is no task \"{name}\"")
    {
        State = DatabaseState.NotContacted,
        Fix = name switch
        {
            _ when name.Split('=') is [var option, _] => $"an option begins with two dashes: --{option}=…",
            "production" or "staging" or "development" => $"an environment is an option: --environment={name}",
            _ => nearest is null ? "dbgate --help lists the tasks" : $"did you mean dbgate {nearest}?",
        },
    };

    /// <summary>A shell that has no completion script.</summary>
    public static Problem UnknownShell(string name, IReadOnlyList<string> shells) =>
        new(UnknownShellCode, name.Length == 0 ? "completion needs the name of a shell" : $"there is no completion for \"{name}\"")
        {
            State = DatabaseState.NotContacted,
            Fix = $"dbgate completion {NearestName.Of(name, shells) ?? shells[0]}; there are {string.Join(", ", shells)}",
        };
}

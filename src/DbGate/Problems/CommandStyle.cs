using System.Collections.Immutable;

namespace DbGate.Problems;

/// <summary>
/// How a host writes commands for people. Reports use <see cref="BuildScript"/>, whatever made them, so that the same run leaves the same
/// bytes; a host with another spelling has its own for its screen. Pure.
/// </summary>
/// <param name="Program">What starts DbGate, such as <c>./build.sh</c> or <c>dbgate</c>.</param>
/// <param name="TakesTaskAsWord">True when the task is the program's first word instead of the value of <c>--target</c>.</param>
public sealed record CommandStyle(string Program, bool TakesTaskAsWord = false)
{
    /// <summary>The script of a build; reports and stored plans name this one.</summary>
    internal const string Script = "./build.sh";

    /// <summary>For the project's own build script.</summary>
    public static CommandStyle BuildScript { get; } = new(Script);

    /// <summary>For the command-line tool.</summary>
    public static CommandStyle Tool { get; } = new("dbgate", TakesTaskAsWord: true);

    /// <summary>For MSBuild: a task with a target of its own is that target, every other task is the tool's.</summary>
    public static CommandStyle MSBuild { get; } = new("dbgate", TakesTaskAsWord: true)
    {
        Targets = ImmutableDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("release", "DbGateRelease")]),
    };

    /// <summary>True for PowerShell, false for a POSIX shell.</summary>
    public bool IsPowerShell { get; init; }

    /// <summary>
    /// The folder that relative paths start from; set where the commands are read on the machine of the run. Null keeps paths as they were
    /// given.
    /// </summary>
    public string? Folder { get; init; }

    ImmutableDictionary<string, string> Targets { get; init; } = ImmutableDictionary<string, string>.Empty;

    ShellSyntax Syntax => IsPowerShell ? ShellSyntax.PowerShell : ShellSyntax.Posix;

    /// <summary>The command in one line, without its note.</summary>
    public string Line(FixCommand command) => command switch
    {
        GateCommand gate => Write(gate),
        ProgramCommand { ReadFrom: { } file } program => Syntax.Write(program with { ReadFrom = file with { File = Absolute(file.File) } }),
        ProgramCommand program => Syntax.Write(program),
        SqlCommand sql => Syntax.Write(FixCommand.Run("psql", CommandArgument.Variable("DATABASE_URL"), "-c", sql.Statement)),
        TextCommand text => text.Text,
        _ => "",
    };

    /// <summary>The command with its note as a comment before it.</summary>
    public IEnumerable<string> Lines(FixCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Note is { } note)
        {
            yield return $"# {note}";
        }

        yield return Line(command);
    }

    /// <summary>The page of a problem: its address in the repository, or the tool's command that shows it.</summary>
    public string Page(ProblemCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var offline = $"{Program} explain {code.Id}";
        return !TakesTaskAsWord ? code.Page : code.Url is { } url ? $"{url} (offline: {offline})" : offline;
    }

    string Write(GateCommand gate)
    {
        var target = Targets.GetValueOrDefault(gate.Task);
        IEnumerable<string> words =
            target is not null
                ? ["dotnet", "build", $"-t:{target}", .. gate.Options.Select(option => $"-p:DbGate{Pascal(option.Name)}={Value(option)}")]
            : TakesTaskAsWord ? [Program, gate.Task, .. gate.Options.Select(Write)]
            : [Syntax.Word(Program), $"--target={gate.Task}", .. gate.Options.Select(Write)];
        return string.Join(' ', words);
    }

    string Write(CommandOption option) => option.Value is null ? $"--{option.Name}" : $"--{option.Name}={Value(option)}";

    string Value(CommandOption option) =>
        option is { Name: "project", Value: { Kind: ArgumentKind.Literal } folder }
            ? Syntax.Word(Absolute(folder.Text))
            : Syntax.Word(option.Value ?? "true");

    string Absolute(string path) => Folder is { } folder ? Path.GetFullPath(path, folder) : path;

    static string Pascal(string name) => string.Concat(name.Split('-').Select(part => $"{char.ToUpperInvariant(part[0])}{part[1..]}"));
}

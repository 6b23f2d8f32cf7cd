using System.Collections.Immutable;

namespace DbGate.Problems;

/// <summary>One command of a <see cref="Fix"/>, as data. A <see cref="CommandStyle"/> writes it for a shell.</summary>
public abstract record FixCommand
{
    private protected FixCommand()
    {
    }

    /// <summary>
    /// What the command is for, or the part a person does before it; rendered as a comment. Null when the sentence is enough.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>A task of DbGate. Each host writes it in its own spelling: <c>./build.sh --target=plan</c>, <c>dbgate plan</c>.</summary>
    internal static GateCommand Gate(string task, params ImmutableArray<CommandOption> options) => new(task, options);

    /// <summary>A program with its arguments.</summary>
    internal static ProgramCommand Run(string program, params ImmutableArray<CommandArgument> arguments) => new(program, arguments);

    /// <summary>One statement for the target database, run by psql.</summary>
    internal static SqlCommand Sql(string statement) => new(statement);

    /// <summary>Reads a line of a stored plan: DbGate's own commands become data again, every other line stays as it is.</summary>
    public static FixCommand FromLine(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return ShellWords.TryRead(line) is [{ Text: CommandStyle.Script }, { Text: var target }, ..] words
            && target.StartsWith("--target=", StringComparison.Ordinal)
            ? new GateCommand(target["--target=".Length..], [.. words.Skip(2).Select(CommandOption.FromWord)])
            : new TextCommand(line);
    }

    /// <summary>The command with the options of a run, where it has none of that name.</summary>
    internal virtual FixCommand For(CommandScope scope) => this;
}

/// <summary>A task of DbGate.</summary>
/// <param name="Task">Its name, such as <c>restore-test</c>.</param>
/// <param name="Options">Its options, in order.</param>
sealed record GateCommand(string Task, ImmutableArray<CommandOption> Options) : FixCommand
{
    internal override FixCommand For(CommandScope scope) =>
        this with
        {
            Options =
            [
                .. Options.Where(own => !scope.Implied.Contains(own)),
                .. scope.Options.Where(option => Options.All(own => own.Name != option.Name)),
            ],
        };
}

/// <summary>A program with its arguments; DbGate starts none of these itself.</summary>
/// <param name="Program">Its name, found on PATH.</param>
/// <param name="Arguments">Its arguments, in order.</param>
sealed record ProgramCommand(string Program, ImmutableArray<CommandArgument> Arguments) : FixCommand
{
    /// <summary>Variables that are set for this command only.</summary>
    public ImmutableArray<CommandOption> Variables { get; init; } = [];

    /// <summary>The variable that the command needs and the <c>.env</c> file that holds it; null when the environment holds it.</summary>
    public VariableFile? ReadFrom { get; init; }

    internal override FixCommand For(CommandScope scope) =>
        ReadFrom is { } file && scope.ProjectFolder is { } folder
            ? this with { ReadFrom = file with { File = Path.Combine(folder, file.File).Replace('\\', '/') } }
            : this;
}

/// <summary>One SQL statement for the target database.</summary>
/// <param name="Statement">Without a secret; one line.</param>
sealed record SqlCommand(string Statement) : FixCommand
{
    internal override FixCommand For(CommandScope scope) =>
        scope.Psql?.Invoke(Statement) is { } psql ? (psql with { Note = Note }).For(scope) : this;
}

/// <summary>A line for a POSIX shell that is already text, such as a comment or a line of a stored plan.</summary>
/// <param name="Text">The line.</param>
sealed record TextCommand(string Text) : FixCommand;

/// <summary>A variable in a <c>.env</c> file.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="File">The file, relative to the gated project's folder.</param>
sealed record VariableFile(string Variable, string File);

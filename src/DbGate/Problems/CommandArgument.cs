namespace DbGate.Problems;

/// <summary>What an argument of a command means.</summary>
enum ArgumentKind
{
    /// <summary>The text itself; quoted where the shell needs it.</summary>
    Literal,

    /// <summary>A name that the person replaces; rendered as <c>&lt;name&gt;</c>.</summary>
    Placeholder,

    /// <summary>The value of an environment variable.</summary>
    Variable,
}

/// <summary>One argument of a command, or the value of an option.</summary>
/// <param name="Text">The text, the placeholder's name or the variable's name.</param>
/// <param name="Kind">What it means.</param>
readonly record struct CommandArgument(string Text, ArgumentKind Kind = ArgumentKind.Literal)
{
    /// <summary>
    /// For <see cref="ArgumentKind.Variable"/>: the query that replaces the variable's own, for URLs with parameters that only Prisma
    /// knows. Null keeps the value.
    /// </summary>
    public string? ReplacedQuery { get; init; }

    /// <summary>A literal.</summary>
    public static implicit operator CommandArgument(string text) => FromString(text);

    /// <summary>A literal.</summary>
    public static CommandArgument FromString(string text) => new(text);

    /// <summary>A name that the person replaces.</summary>
    public static CommandArgument Placeholder(string name) => new(name, ArgumentKind.Placeholder);

    /// <summary>The value of a variable.</summary>
    public static CommandArgument Variable(string name) => new(name, ArgumentKind.Variable);
}

/// <summary>An option of a task of DbGate, or a variable that a command is given.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Value">Null for a switch.</param>
readonly record struct CommandOption(string Name, CommandArgument? Value = null)
{
    /// <summary>From a pair.</summary>
    public static implicit operator CommandOption((string Name, CommandArgument Value) option) => FromValueTuple(option);

    /// <summary>From a pair.</summary>
    public static CommandOption FromValueTuple((string Name, CommandArgument Value) option) => new(option.Name, option.Value);

    /// <summary>A switch.</summary>
    public static implicit operator CommandOption(string name) => FromString(name);

    /// <summary>A switch.</summary>
    public static CommandOption FromString(string name) => new(name);

    /// <summary>Reads <c>--name=value</c>.</summary>
    internal static CommandOption FromWord(ShellWord word) => word.Text.TrimStart('-').Split('=', 2) switch
    {
        [var name, ['<', .. var placeholder, '>']] when word.HasPlaceholder => new(name, CommandArgument.Placeholder(placeholder)),
        [var name, var value] => new(name, value),
        [var name, ..] => new(name),
        _ => new(word.Text),
    };
}

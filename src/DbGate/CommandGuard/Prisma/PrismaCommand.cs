using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Prisma;

/// <summary>A call of the Prisma CLI, read as the CLI itself reads its arguments.</summary>
/// <param name="Operation">The operation, such as <c>db push</c>; empty when the arguments name none.</param>
/// <param name="Class">What it does.</param>
/// <param name="Arguments">Everything behind the CLI's name.</param>
sealed record PrismaCommand(string Operation, CommandClass Class, IReadOnlyList<Argument> Arguments)
{
    /// <summary>Options of the CLI that take a value and may stand before or between the words of an operation.</summary>
    static readonly HashSet<string> InterleavedWithValue = new(StringComparer.Ordinal) { "--config" };

    static readonly Dictionary<string, CommandClass> Operations = new(StringComparer.Ordinal)
    {
        ["db push"] = CommandClass.Destructive,
        ["db drop"] = CommandClass.Destructive,
        ["db execute"] = CommandClass.Destructive,
        ["db update"] = CommandClass.Destructive,
        ["migrate reset"] = CommandClass.Destructive,
        ["migrate dev"] = CommandClass.Destructive,
        ["migrate resolve"] = CommandClass.HistoryRewriting,
        ["db init"] = CommandClass.HistoryRewriting,
        ["db sign"] = CommandClass.HistoryRewriting,
        ["migrate deploy"] = CommandClass.Allowed,
        ["migrate status"] = CommandClass.Allowed,
        ["migrate diff"] = CommandClass.Allowed,
        ["db migrate"] = CommandClass.Allowed,
        ["db pull"] = CommandClass.Allowed,
        ["db seed"] = CommandClass.Allowed,
        ["db verify"] = CommandClass.Allowed,
    };

    static readonly HashSet<string> Groups = new(StringComparer.Ordinal) { "db", "migrate" };

    static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "generate", "validate", "format", "init", "studio", "debug", "version", "introspect", "platform", "mcp", "dev",
    };

    /// <summary>Names under which the CLI is called or installed.</summary>
    public static bool IsCli(string name) => name is "prisma" or "prisma7" or "prisma2" or "@prisma/prisma7" or "@prisma/cli" or "@prisma/prisma";

    /// <summary>The value of an option of the call, such as <c>--url</c>.</summary>
    public string? Option(string name)
    {
        for (var index = 0; index < Arguments.Count; index++)
        {
            if (Arguments[index].Text == name && index + 1 < Arguments.Count)
            {
                return Arguments[index + 1].Text;
            }

            if (Arguments[index].Text.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return Arguments[index].Text[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>True when the words of the operation are not all known.</summary>
    public bool IsOpen { get; private init; }

    public static PrismaCommand Read(IReadOnlyList<Argument> arguments)
    {
        var words = new List<string>();
        for (var index = 0; index < arguments.Count && words.Count < 2; index++)
        {
            var argument = arguments[index];
            if (argument.Text == "--")
            {
                continue;
            }

            if (!argument.Text.StartsWith('-'))
            {
                if (!argument.IsKnown)
                {
                    return new PrismaCommand("", CommandClass.None, arguments) { IsOpen = words.Count == 0 || Groups.Contains(words[0]) };
                }

                words.Add(argument.Text);
                if (words.Count == 1 && !Groups.Contains(words[0]))
                {
                    break;
                }

                continue;
            }

            if (InterleavedWithValue.Contains(argument.Text))
            {
                index++;
            }
            else if (words.Count == 0 && argument.Text.StartsWith("--schema", StringComparison.Ordinal))
            {
                return new PrismaCommand("", CommandClass.None, arguments);
            }
            else if (words.Count == 1 && argument.Text is "--schema" or "--url" or "--shadow-database-url")
            {
                index++;
            }
        }

        var operation = string.Join(' ', words);
        return IsHelp(arguments)
            ? new PrismaCommand(operation, CommandClass.None, arguments)
            : new PrismaCommand(operation, Operations.GetValueOrDefault(operation, Others.Contains(operation) ? CommandClass.Allowed : CommandClass.None), arguments);
    }

    static bool IsHelp(IReadOnlyList<Argument> arguments) =>
        arguments.TakeWhile(argument => argument.Text != "--").Any(argument => argument.Text is "--help" or "-h")
        && !arguments.Any(argument => argument.Text is "--name" or "-n");
}

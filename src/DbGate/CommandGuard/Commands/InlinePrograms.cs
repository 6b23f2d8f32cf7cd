using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>Interpreters whose command line may hold the program itself, and launchers of other ecosystems' tools.</summary>
static class InlinePrograms
{
    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around) => name switch
    {
        "ruby" or "jruby" => Script(arguments, around, Language.Ruby, ["-e"], "-r", "-I", "-C"),
        "perl" => Script(arguments, around, Language.Perl, ["-e", "-E"], "-I", "-M"),
        "php" => Script(arguments, around, Language.Php, ["-r"], "-d", "-c", "-f"),
        "elixir" => Script(arguments, around, Language.Elixir, ["-e", "--eval"], "-r", "-S"),
        "awk" or "gawk" or "mawk" or "nawk" => Awk(arguments, around),
        "dotnet" => Dotnet(arguments, around),
        "cargo" => Cargo(arguments, around),
        "java" => Java(arguments, around),
        _ => null,
    };

    static IEnumerable<CommandAction> Script(IReadOnlyList<Argument> arguments, CommandContext around, Language language, string[] inline,
        params string[] withValue)
    {
        for (var index = 1; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (inline.Any(option => text == option || (text.Length > 2 && text[0] == '-' && text[1] != '-' && text.EndsWith(option[1])
                && text[1..].All(char.IsAsciiLetter))))
            {
                return index + 1 < arguments.Count ? [new RunsCode(arguments[index + 1], language, around)] : [];
            }

            if (withValue.Contains(text))
            {
                index++;
            }
            else if (text == "-")
            {
                break;
            }
            else if (!text.StartsWith('-'))
            {
                return ToolCatalog.ForProgram(arguments[index].Name) is { } tool
                    ? [new RunsTool(ToolCommand.Read(tool, arguments[index].Name, [.. arguments.Skip(index + 1)]), around),
                        .. tool.Name is "artisan" or "rails" ? FileUsers.Tasks(arguments.Skip(index + 1).Take(1), language, around) : []]
                    : [new RunsFile(arguments[index], [.. arguments.Skip(index + 1)], language, around)];
            }
        }

        return [new RunsInput(around) { Language = language }];
    }

    /// <summary>The first word is the program, unless <c>-f</c> names a file.</summary>
    static IEnumerable<CommandAction> Awk(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        var scan = OptionScan.From(arguments, 1, "-F", "-v", "-f", "--field-separator", "--assign", "--file");
        return scan.Has("-f", "--file") || scan.Rest is not [var program, ..] ? [] : [new RunsCode(program, Language.Awk, around)];
    }

    static IEnumerable<CommandAction>? Dotnet(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        IReadOnlyList<Argument> rest = arguments.Count > 3 && arguments[1].Text == "tool" && arguments[2].Text is "run" or "exec"
            ? [.. arguments.Skip(3)] : [.. arguments.Skip(1)];
        return rest.Count == 0 ? []
            : (ToolCatalog.ForDotnet(rest[0].Text) ?? ToolCatalog.ForProgram(rest[0].Text)) is { } tool
                ? [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. rest.Skip(1).SkipWhile(argument => argument.Text == "--")]),
                    around)]
                : null;
    }

    /// <summary><c>cargo run -p api</c> runs a program of the repository.</summary>
    static IEnumerable<CommandAction> Cargo(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        if (arguments.Count > 1 && ToolCatalog.ForCargo(arguments[1].Text) is { } tool)
        {
            return [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. arguments.Skip(2)]), around)];
        }

        if (arguments.Count < 2 || arguments[1].Text is not ("run" or "r"))
        {
            return [];
        }

        var scan = OptionScan.From(arguments, 2, "--bin", "-p", "--package", "--manifest-path", "--features", "-F", "--profile", "--target",
            "-j", "--jobs");
        return [new RunsProject(scan.Value("--bin") ?? scan.Value("--manifest-path") ?? scan.Value("-p", "--package") ?? new Argument("."),
            Language.Rust, scan.Rest, around)];
    }

    static IEnumerable<CommandAction>? Java(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        var jar = arguments.ToList().FindIndex(argument => argument.Text == "-jar");
        return jar > 0 && jar + 1 < arguments.Count && ToolCatalog.ForJar(arguments[jar + 1].Name) is { } tool
            ? [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. arguments.Skip(jar + 2)]), around)]
            : jar > 0 && jar + 1 < arguments.Count && arguments[jar + 1].IsKnown
                ? [new RunsProject(arguments[jar + 1], Language.Java, [], around)]
            : null;
    }
}

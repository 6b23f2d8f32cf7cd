using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>Programs that run a file or a text: shells, Node.js and its relatives, Python, PowerShell.</summary>
static class Interpreters
{
    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth) =>
        name switch
    {
        "sh" or "bash" or "dash" or "ash" or "zsh" or "ksh" or "busybox" or "rbash" => Shell(name, arguments, around, depth),
        "." or "source" => arguments.Count > 1
            ? [new RunsFile(arguments[1], [.. arguments.Skip(2)], Language.Shell, around) { IsSourced = true }] : [],
        "eval" => arguments.Count > 1 ? [new RunsShell(Joined(arguments.Skip(1)), [], around)] : [],
        "trap" => arguments.Count > 2 ? [new RunsShell(arguments[1], [], around)] : [],
        "pwsh" or "powershell" => PowerShell(arguments, around),
        "cmd" => arguments.SkipWhile(argument => !argument.Text.Equals("/c", StringComparison.OrdinalIgnoreCase)).Skip(1)
            .ToList() is { Count: > 0 } line
            ? [new RunsShell(Joined(line), [], around)]
            : [],
        "node" or "nodejs" or "tsx" or "ts-node" or "ts-node-esm" or "ts-node-dev" or "tsnd" or "esno" or "esr" or "swc-node"
            or "babel-node" or "vite-node" or "jiti" or "zx"
            or "nodemon" or "electron" => Node(name, arguments, around, depth),
        "python" or "python2" or "python3" or "py" or "pypy3" => Python(arguments, around),
        "pm2" or "pm2-runtime" or "pm2-docker" or "forever" => ProcessManager(arguments, around, depth),
        "go" => Go(arguments, around),
        _ => null,
    };

    public static bool IsJavaScript(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".js" or ".mjs" or ".cjs" or ".ts" or ".mts" or ".cts" or ".jsx" or ".tsx";

    internal static Argument Joined(IEnumerable<Argument> arguments) =>
        arguments.ToList() is [var only] ? only : new Argument(string.Join(' ', arguments.Select(argument => argument.Text)),
            string.Join(' ', arguments.Select(argument => argument.Raw)));

    static IEnumerable<CommandAction> Shell(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var index = 1;
        if (name == "busybox")
        {
            return CommandReader.Read([.. arguments.Skip(1)], around, depth + 1);
        }

        for (; index < arguments.Count && arguments[index].Text is ['-' or '+', _, ..] and var text; index++)
        {
            if (text == "--")
            {
                index++;
                break;
            }

            if (text[1] != '-' && text.Contains('s', StringComparison.Ordinal) && !text.Contains('c', StringComparison.Ordinal))
            {
                return [new RunsInput(around)];
            }

            if (text[1] != '-' && text.Contains('c', StringComparison.Ordinal))
            {
                var rest = arguments.Skip(index + 1).SkipWhile(argument => argument.Text is ['-', _, ..] and not "--")
                    .SkipWhile(argument => argument.Text == "--").ToList();
                return rest.Count == 0 ? [] : [new RunsShell(rest[0], [.. rest.Skip(2)], around)];
            }

            if (text is "-o" or "+o" or "-O" or "--rcfile" or "--init-file" || (text[1] != '-' && text.EndsWith('o')))
            {
                index++;
            }
        }

        return index < arguments.Count && arguments[index].Text != "-"
            ? [new RunsFile(arguments[index], [.. arguments.Skip(index + 1)], Language.Shell, around)]
            : [new RunsInput(around)];
    }

    static IEnumerable<CommandAction> PowerShell(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        for (var index = 1; index < arguments.Count; index++)
        {
            var text = arguments[index].Text.ToLowerInvariant();
            if (text is "-c" or "-command")
            {
                return index + 1 < arguments.Count ? [new RunsShell(Joined(arguments.Skip(index + 1)), [], around)] : [];
            }

            if (text is "-f" or "-file" || !text.StartsWith('-'))
            {
                var at = text.StartsWith('-') ? index + 1 : index;
                if (at < arguments.Count)
                {
                    return arguments[at].Text.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
                        ? [new RunsFile(arguments[at], [], Language.PowerShell, around)]
                        : [new RunsShell(Joined(arguments.Skip(at)), [], around)];
                }
            }

            if (text is "-executionpolicy" or "-ep" or "-ex" or "-version" or "-windowstyle" or "-workingdirectory" or "-wd")
            {
                index++;
            }
        }

        return [];
    }

    static IEnumerable<CommandAction> Node(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        string[] withValue =
        [
            "-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file", "--env-file-if-exists",
            "-P", "--project",
            "--tsconfig", "-O", "--compiler-options", "-w", "--watch", "-e", "--ext", "-i", "--ignore", "-x", "--exec", "--delay",
            "--max-old-space-size",
        ];
        if (name != "nodemon")
        {
            withValue = [.. withValue.Except(["-w", "--watch", "-i", "--ignore", "-e", "-x"], StringComparer.Ordinal)];
        }

        var scan = OptionScan.From(arguments, 1, withValue);
        around = scan.Values("--env-file", "--env-file-if-exists").Aggregate(around, (so, file) => so.Naming(file));
        if (scan.Value("-x", "--exec") is { } line && name == "nodemon")
        {
            return [new RunsShell(scan.Rest.Length > 0 ? Joined([line, .. scan.Rest]) : line, [], around)];
        }

        if (scan.Rest.Length == 0 || scan.Has("-e", "--eval", "-p", "--print", "--test", "--check", "-c", "--version", "-v"))
        {
            return scan.Has("-e", "--eval", "-p", "--print") && scan.Rest is [var code, ..]
                ? [new RunsCode(code, Language.JavaScript, around)] : [];
        }

        if (scan.Rest[0].Text is "watch" && name is "tsx" && scan.Rest.Length > 1)
        {
            return Node(name, [arguments[0], .. scan.Rest.Skip(1)], around, depth + 1);
        }

        return
        [
            .. scan.Values("-r", "--require", "--import", "--loader", "--experimental-loader")
                .Where(file => file.StartsWith('.') || file.StartsWith('/'))
                .Select(file => new RunsFile(new Argument(file), [], Language.JavaScript, around)),
            ToolOf(scan.Rest[0].Text) is { } tool
                ? new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. scan.Rest.Skip(1)]), around)
                : new RunsFile(scan.Rest[0], [.. scan.Rest.Skip(1)], Language.JavaScript, around),
        ];
    }

    /// <summary>The tool whose own main file it is, or the shim that package managers install.</summary>
    static Tool? ToolOf(string path)
    {
        var segments = path.Replace('\\', '/').Split('/');
        if (segments is [.., "prisma" or "prisma7" or "cli", "build", "index.js" or "index"])
        {
            return ToolCatalog.ForPackage("prisma");
        }

        if (segments is [.., ".bin", var shim])
        {
            return ToolCatalog.ForProgram(new Argument(shim).Name);
        }

        var modules = Array.LastIndexOf(segments, "node_modules");
        var package = modules < 0 || modules + 1 >= segments.Length ? null
            : segments[modules + 1].StartsWith('@') && modules + 2 < segments.Length ? $"{segments[modules + 1]}/{segments[modules + 2]}"
                : segments[modules + 1];
        return package is not null ? ToolCatalog.ForPackage(package) : segments is [.., "ace" or "ace.js"] ? ToolCatalog.ForProgram("ace")
            : null;
    }

    static IEnumerable<CommandAction> Python(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        for (var index = 1; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (text == "-m" && index + 1 < arguments.Count)
            {
                var module = arguments[index + 1].Text;
                return ToolCatalog.ForModule(module) is { } tool
                    ? [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. arguments.Skip(index + 2)]), around)]
                    : [new RunsFile(new Argument(module.Replace('.', '/') + ".py"), [.. arguments.Skip(index + 2)], Language.Python,
                        around) { MayBeProgram = true }];
            }

            if (text == "-c")
            {
                return index + 1 < arguments.Count ? [new RunsCode(arguments[index + 1], Language.Python, around)] : [];
            }

            if (text is "-X" or "-W")
            {
                index++;
            }
            else if (!text.StartsWith('-'))
            {
                return text == "-" ? [new RunsInput(around) { Language = Language.Python }]
                    : ToolCatalog.ForProgram(arguments[index].Name) is { } script
                        ? [new RunsTool(ToolCommand.Read(script, arguments[index].Name, [.. arguments.Skip(index + 1)]), around)]
                        : [new RunsFile(arguments[index], [.. arguments.Skip(index + 1)], Language.Python, around)];
            }
        }

        return [new RunsInput(around) { Language = Language.Python }];
    }

    static IEnumerable<CommandAction> ProcessManager(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scan = OptionScan.From(arguments, 1, "-n", "--name", "-i", "--instances", "--env", "--cwd", "--interpreter", "-l", "--log",
            "-o",
            "-e");
        var rest = scan.Rest is [{ Text: "start" or "restart" or "reload" or "startOrRestart" or "startOrReload" }, .. var behind]
            ? behind : scan.Rest;
        var separator = Array.FindIndex(rest, argument => argument.Text == "--");
        if (rest.Length == 0 || scan.Rest[0].Text is "stop" or "delete" or "save" or "list" or "ls" or "logs" or "kill" or "flush"
            or "startup" or "install")
        {
            return [];
        }

        if (rest[0].Text.Contains(' ', StringComparison.Ordinal))
        {
            return [new RunsShell(rest[0], [], around)];
        }

        IReadOnlyList<Argument> command = separator > 0 ? [rest[0], .. rest.Skip(separator + 1)]
            : [rest[0], .. rest.Skip(1).TakeWhile(argument => !argument.Text.StartsWith('-'))];
        return IsJavaScript(rest[0].Text) || rest[0].Text.EndsWith(".json", StringComparison.Ordinal)
            ? [new RunsFile(rest[0], [], Language.JavaScript, around)]
            : CommandReader.Read(command, around, depth + 1);
    }

    static IEnumerable<CommandAction> Go(IReadOnlyList<Argument> arguments, CommandContext around) =>
        arguments.Count > 2 && arguments[1].Text is "run" or "tool"
            && OptionScan.From(arguments, 2, "-tags", "-ldflags", "-gcflags", "-mod", "-modfile", "-exec", "-p", "-o").Rest is [var package,
                .. var rest]
            && (ToolCatalog.ForGoPackage(package.Text) ?? ToolCatalog.ForProgram(package.Text)) is { } tool
                ? [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], rest), around)]
                : [];
}

using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>Reads an argument vector: launchers and wrappers are taken off until something is left that acts. Pure.</summary>
static partial class CommandReader
{
    const int DeepestWrapping = 20;

    /// <summary>Commands that run none of their arguments.</summary>
    static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "echo", "printf", "print", "cat", "grep", "egrep", "fgrep", "rg", "sed", "cut", "head", "tail", "tee", "wc", "sort", "uniq", "tr",
        "test", "[", "[[",
        "true", "false", ":", "read", "unset", "set", "shift", "exit", "return", "unalias", "mkdir", "rm", "cp", "mv", "ln", "chmod",
        "chown", "touch", "ls", "cd",
        "pushd", "popd", "pwd", "which", "where", "type", "hash", "whoami", "sleep", "wait", "kill", "date", "git", "curl", "wget",
        "apt-get", "apt", "apk",
        "yum", "dnf", "brew", "pip", "pip3", "tar", "unzip", "gunzip", "pg_dump", "pg_dumpall", "pg_isready", "createdb", "createuser",
        "nc", "jq", "yq", "logger", "man",
        "break", "continue", "umask", "ulimit", "stat", "basename", "dirname", "realpath", "readlink", "tput", "clear", "diff", "comm",
        "openssl", "rem", "REM",
        "Write-Host", "Write-Output", "write-host", "gh", "systemctl", "service", "ps", "id", "hostname", "uname", "rsync", "scp", "sftp",
        "gcloud-auth",
        "adduser", "useradd", "usermod", "addgroup", "groupadd", "chsh", "declare", "local", "readonly", "export", "typeset", "let",
        "getopts", "complete", "bind", "help", "error", "warn", "info", "log", "fail", "die", "abort",
    };

    /// <summary>Names that begin a command wherever they are behind an unknown wrapper.</summary>
    static readonly HashSet<string> Launchers = new(StringComparer.Ordinal)
    {
        "npx", "npm", "pnpm", "pnpx", "yarn", "bun", "bunx", "deno", "sh", "bash", "ash", "dash", "zsh", "turbo", "nx", "make", "just",
        "tsx", "ts-node",
        "python", "python3", "dotenv", "dotenvx", "env-cmd", "cross-env", "env", "exec", "sudo", "docker", "docker-compose", "kubectl",
    };

    /// <summary>True for a command that runs none of its arguments.</summary>
    public static bool IsInert(string name) => Inert.Contains(name);

    public static IEnumerable<CommandAction> Read(IReadOnlyList<Argument> arguments) => Read(arguments, CommandContext.Same, 0);

    internal static IEnumerable<CommandAction> Read(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        if (arguments.Count == 0)
        {
            return [];
        }

        if (depth > DeepestWrapping)
        {
            return [new Open($"more than {DeepestWrapping} commands wrap each other", around) { IsDecisive = true }];
        }

        var name = arguments[0].Name;
        if (name.Contains(Argument.Unknown, StringComparison.Ordinal))
        {
            return UnknownProgram(arguments, around, depth);
        }

        if (Inert.Contains(name))
        {
            return [];
        }

        var called = ToolCatalog.ForProgram(name) is { } tool ? ToolCommand.Read(tool, name, [.. arguments.Skip(1)]) : null;
        var other = PackageManagers.Read(name, arguments, around, depth)
            ?? TaskRunners.Read(name, arguments, around, depth)
            ?? InlinePrograms.Read(name, arguments, around)
            ?? FileUsers.Read(name, arguments, around, depth)
            ?? Interpreters.Read(name, arguments, around, depth)
            ?? Wrappers.Read(name, arguments, around, depth);
        return called is null ? other ?? Program(arguments, around, depth, false)
            : called is { Class: CommandClass.None, Unclear: null } && called.Tool.IsCommonWord ? other
                ?? Program(arguments, around, depth, true)
            : [new RunsTool(called, around), .. other ?? []];
    }

    /// <summary>A program that nothing is known about: a script of the repository, or a wrapper that runs its arguments.</summary>
    /// <param name="arguments">The command.</param>
    /// <param name="around">What its wrappers change.</param>
    /// <param name="depth">How many wrappers there are.</param>
    /// <param name="isTool">It has the name of a tool, which may be what is installed.</param>
    static IEnumerable<CommandAction> Program(IReadOnlyList<Argument> arguments, CommandContext around, int depth, bool isTool)
    {
        var program = arguments[0];
        if (HasHiddenSpace(program.Text))
        {
            yield return new Open("the program's name has a character that looks like a space or like nothing",
                around) { IsUnknown = true };
            yield break;
        }

        yield return new RunsFile(program, [.. arguments.Skip(1)], Language.Detect, around)
        {
            MayBeProgram = isTool || !program.Text.Contains('/', StringComparison.Ordinal)
                || program.Text.StartsWith("/usr/", StringComparison.Ordinal)
                || program.Text.StartsWith("/bin/", StringComparison.Ordinal)
                    || program.Text.StartsWith("/sbin/", StringComparison.Ordinal),
        };

        if (arguments.Count > 2 && arguments[1].Text is "eval" or "rpc" && ReleaseFunction()
            .Match(arguments[2].Text) is { Success: true } function)
        {
            yield return new RunsFunction(function.Groups[1].Value, function.Groups[2].Value, around);
            yield break;
        }

        var wrapped = Wrapped(arguments, around, depth).ToList();
        foreach (var action in wrapped)
        {
            yield return action;
        }

        if (wrapped.Count == 0 && SuspiciousArguments.In(arguments) is { } words)
        {
            yield return new Open($"{program.Name} is not known, and \"{words}\" may lose data", around);
        }
    }

    static IEnumerable<CommandAction> UnknownProgram(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        if (ToolCatalog.NamedIn(arguments[0].Raw) is { } tool
            && ToolCommand.Read(tool, tool.Programs[0], [.. arguments.Skip(1)]) is { Class: not CommandClass.None } command)
        {
            return [new RunsTool(command, around)];
        }

        // An address is no program, and a person's own shell runs what a person types.
        if (arguments[0].Text.Contains("://", StringComparison.Ordinal) || arguments[0].Raw.Trim('"', '{', '}', '$') == "SHELL")
        {
            return [];
        }

        var wrapped = Wrapped(arguments, around, depth).ToList();
        var isAny = arguments[0].Text.All(c => c == Argument.Unknown || !char.IsLetterOrDigit(c)) && !arguments.Any(IsOwnScript)
            && !arguments.Skip(1).Any(IsOperand);
        return wrapped.Count > 0 ? wrapped
            : [new Open("the command is a value that is not known before it runs", around) { IsUnknown = isAny }];
    }

    /// <summary>A script that calls itself does nothing that its own text does not show.</summary>
    static bool IsOwnScript(Argument argument) => argument.Raw.Trim('"', '{', '}', '$') is "0" or "BASH_SOURCE" or "BASH_SOURCE[0]";

    /// <summary>A word that states what the command does: <c>$GO install</c>, <c>$JAVA -cp app.jar</c>.</summary>
    static bool IsOperand(Argument argument) => argument.IsKnown && argument.Text.Length > 1 && argument.Text[0] != '-'
        && !argument.Text.Contains('=', StringComparison.Ordinal);

    /// <summary>A name with a space that is no ASCII space reads like a command and is another program.</summary>
    static bool HasHiddenSpace(string name) => name.Any(c => c > 127 && c != Argument.Unknown
        && (char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format));

    /// <summary>The first command among the arguments of a wrapper that is not known.</summary>
    internal static IEnumerable<CommandAction> Wrapped(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        around = around with { IsGuess = true };
        for (var index = 1; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (argument.Text.Contains(' ', StringComparison.Ordinal))
            {
                if (BeginsCommand(argument.Text[..argument.Text.IndexOf(' ', StringComparison.Ordinal)]))
                {
                    yield return new RunsShell(argument, [], around);
                }
            }
            else if (BeginsCommand(argument.Text)
                || (argument.Name == "node" && index + 1 < arguments.Count && Interpreters.IsJavaScript(arguments[index + 1].Text))
                || (argument.Text.EndsWith(".sh", StringComparison.Ordinal) && arguments[0].Name.EndsWith(".sh", StringComparison.Ordinal)))
            {
                foreach (var action in Read([.. arguments.Skip(index)], around, depth + 1))
                {
                    yield return action;
                }

                yield break;
            }
        }
    }

    /// <summary>A call of a release of Elixir: <c>App.Release.migrate()</c>, <c>App.Release.migrate</c>.</summary>
    [System.Text.RegularExpressions.GeneratedRegex(@"^\s*(?:Elixir\.)?([A-Z]\w*(?:\.[A-Z]\w*)*)\.([a-z_]\w*[!?]?)\s*(?:\(.*)?$")]
    private static partial System.Text.RegularExpressions.Regex ReleaseFunction();

    static bool BeginsCommand(string word) => new Argument(word).Name is var name
        && (ToolCatalog.ForProgram(name) is { IsCommonWord: false } || Launchers.Contains(name));
}

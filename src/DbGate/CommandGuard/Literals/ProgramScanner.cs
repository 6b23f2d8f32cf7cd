using System.Buffers;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Literals;

/// <summary>A command that a program starts: an argument vector, or a text for a shell.</summary>
sealed record ProgramCommand(int Offset, string Display, IReadOnlyList<Argument>? Arguments, string? Text)
{
    /// <summary>The literal <c>cwd</c> of the call.</summary>
    public string? Directory { get; init; }

    /// <summary>True when the function that is called starts processes by its name; other texts may be anything.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Literal variables in the call's <c>env</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];
}

/// <summary>What a program starts, and which modules it loads.</summary>
sealed record ScannedProgram(IReadOnlyList<ProgramCommand> Commands, IReadOnlyList<ProgramImport> Imports);

/// <summary>Finds the commands that JavaScript, TypeScript and Python start with literal texts and arrays.</summary>
static class ProgramScanner
{
    /// <summary>Functions that print or describe: their texts are messages.</summary>
    static readonly HashSet<string> Talkers = new(StringComparer.Ordinal)
    {
        "log", "info", "warn", "error", "debug", "trace", "fatal", "success", "fail", "start", "succeed", "print", "write", "puts", "echo",
        "Error", "TypeError", "describe", "it", "test", "expect",
        "toBe", "toEqual", "toContain", "toMatch", "includes", "startsWith", "endsWith", "match", "replace", "replaceAll", "split",
        "indexOf", "green", "red", "yellow", "blue", "cyan", "bold", "dim", "gray",
        "Exception", "RuntimeError", "SystemExit", "note", "message", "text", "alert", "send", "format", "getLogger", "warning",
        "critical", "writeFileSync", "writeFile", "appendFileSync", "join", "resolve",
    };

    /// <summary>Texts without which a program starts no process.</summary>
    static readonly SearchValues<string> Starters = SearchValues.Create(
    [
        "child_process", "execa", "zx", "shelljs", "cross-spawn", "Bun.spawn", "Bun.$", "Deno.Command", "Deno.run", "from \"bun\"",
            "from 'bun'", "subprocess", "os.system", "os.popen", "os.exec", "sh.",
        "nano-spawn", "tinyexec", "spawnSync", "execSync", "asyncio.create_subprocess", "invoke", "pm2", "apps:", "concurrently",
        "os/exec", "Process.Start", "ProcessStartInfo", "Cli.Wrap", "ProcessBuilder",
        "getRuntime().exec", "std::process", "Command::new", "shell_exec", "passthru(", "Open3", "Kernel.system", "System.cmd",
        "aws-cdk-lib", "aws_cdk", "@pulumi/", "pulumi_aws", "cdktf", "cdk8s",
    ],
    StringComparison.Ordinal);

    /// <summary>Functions that take a program and its arguments one by one.</summary>
    static readonly HashSet<string> Variadic = new(StringComparer.Ordinal) { "Command", "CommandContext", "Start", "ProcessStartInfo",
        "ProcessBuilder", "system", "spawn", "capture2", "capture2e", "capture3", "cmd", "arg", "exec", "sh", "run" };

    /// <summary>Methods that add arguments to the program that was named before.</summary>
    static readonly HashSet<string> Adding = new(StringComparer.Ordinal) { "args", "arg", "WithArguments", "addArgs" };

    /// <summary>No command is written in more tokens.</summary>
    const int LongestValue = 200;

    /// <summary>True when a program's text starts processes by itself.</summary>
    public static bool StartsProcesses(string text) => text.AsSpan().ContainsAny(Starters);

    public static ScannedProgram Scan(string text, bool isPython) =>
        Scan(text, isPython ? Language.Python : Language.JavaScript, NoStarters);

    static readonly HashSet<string> NoStarters = [];

    /// <summary>Reads a program.</summary>
    /// <param name="text">The program.</param>
    /// <param name="language">Its language.</param>
    /// <param name="starters">Names of other modules that start processes: calls of them count where the program itself starts
    /// none.</param>
    public static ScannedProgram Scan(string text, Language language, IReadOnlySet<string> starters)
    {
        var tokens = Tokens(text, language);
        var imports = ProgramImports.Read(text, tokens, language);
        return StartsProcesses(text) ? new ScannedProgram([.. Commands(text, tokens, null)], imports)
            : starters.Count > 0 ? new ScannedProgram([.. Commands(text, tokens, starters)], imports)
            : new ScannedProgram([], imports);
    }

    /// <summary>What a program imports.</summary>
    public static IReadOnlyList<ProgramImport> Imports(string text, Language language) =>
        ProgramImports.Read(text, language == Language.JavaScript ? Tokens(text, language) : [], language);

    static List<ProgramToken> Tokens(string text, Language language) => ProgramLexer.Read(text, language is Language.Python);

    static IEnumerable<ProgramCommand> Commands(string text, List<ProgramToken> tokens, IReadOnlySet<string>? starters)
    {
        var literals = Literals(tokens);
        for (var index = 0; index < tokens.Count; index++)
        {
            if (tokens[index].Kind == TokenKind.Name && index + 1 < tokens.Count)
            {
                if (starters is not null && !(tokens[index + 1].Is('(') && Calls(tokens, index, starters)))
                {
                    continue;
                }

                if (tokens[index + 1].Is('(') && !Talkers.Contains(tokens[index].Text)
                    && tokens[index].Text is not ("if" or "for" or "while" or "switch" or "catch" or "function" or "require" or "import"))
                {
                    foreach (var command in Call(text, tokens, index, literals))
                    {
                        yield return command with { IsCertain = StartsByName(tokens[index].Text) };
                    }
                }
                else if (tokens[index + 1].Kind == TokenKind.Text && text[tokens[index + 1].Offset] == '`'
                    && (tokens[index].Text is "$" or "sh" or "execa" or "execaSync" or "execaCommand" or "command" or "shell"
                    || tokens[index].Text.EndsWith('$')))
                {
                    yield return new ProgramCommand(tokens[index + 1].Offset, Display(tokens[index + 1].Text), null,
                        tokens[index + 1].Text);
                }
                else if ((tokens[index + 1].Is(':') || tokens[index + 1].Is('=')) && tokens[index].Text is "command" or "Command" or "cmd"
                    && index + 2 < tokens.Count && tokens[index + 2].Is('[') && Container(tokens, index) is { } container)
                {
                    yield return container;
                }
                else if (tokens[index + 1].Is(':') && tokens[index].Text is "script" or "cmd" or "command" && index + 2 < tokens.Count
                    && tokens[index + 2].Kind == TokenKind.Text)
                {
                    // A process manager's configuration: { script: "npm", args: "run start" }.
                    yield return Configured(tokens, index);
                }
            }
            else if (tokens[index].Is(')') && index + 1 < tokens.Count && tokens[index + 1].Kind == TokenKind.Text
                && text[tokens[index + 1].Offset] == '`' && Opening(tokens, index) is > 0 and var opening
                && tokens[opening - 1].Text.EndsWith('$'))
            {
                yield return new ProgramCommand(tokens[index + 1].Offset, Display(tokens[index + 1].Text), null, tokens[index + 1].Text);
            }
        }
    }

    /// <summary>True for names such as <c>execSync</c>, <c>spawn</c>, <c>subprocess.run</c>, <c>Popen</c>.</summary>
    static bool StartsByName(string name) =>
        name is "run" or "sh" or "call" or "check_call" or "check_output" or "Start" or "Wrap" or "Command" or "$" or "cmd"
        || name.Contains("exec", StringComparison.OrdinalIgnoreCase) || name.Contains("spawn", StringComparison.OrdinalIgnoreCase)
            || name.Contains("system", StringComparison.Ordinal) || name.Contains("popen", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a call goes to one of the names, or to a member of one.</summary>
    static bool Calls(List<ProgramToken> tokens, int index, IReadOnlySet<string> names)
    {
        for (var at = index; at >= 0 && tokens[at].Kind == TokenKind.Name; at -= 2)
        {
            if (names.Contains(tokens[at].Text))
            {
                return true;
            }

            if (at == 0 || !tokens[at - 1].Is('.'))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>A container's definition: <c>entryPoint: ["sh", "-c"], command: ["npx prisma db push"]</c>.</summary>
    static ProgramCommand? Container(List<ProgramToken> tokens, int index)
    {
        var at = index + 2;
        var start = tokens[at];
        if (ReadValue(tokens, ref at) is not { Items: { Count: > 0 } items })
        {
            return null;
        }

        var from = Math.Max(0, index - 40);
        for (var near = from; near < Math.Min(tokens.Count - 2, index + 40); near++)
        {
            if (tokens[near].Text is "entryPoint" or "entry_point" or "entrypoint" && tokens[near].Kind == TokenKind.Name
                && tokens[near + 2].Is('['))
            {
                var begin = near + 2;
                items = ReadValue(tokens, ref begin)?.Items is { Count: > 0 } program ? [.. program, .. items] : items;
                break;
            }
        }

        return new ProgramCommand(start.Offset, Display(string.Join(' ', items)), [.. items.Select(item => new Argument(item))], null);
    }

    static ProgramCommand Configured(List<ProgramToken> tokens, int index)
    {
        var (start, line) = (tokens[index + 2], tokens[index + 2].Text);
        for (var at = index + 3; at < Math.Min(tokens.Count - 2, index + 20) && !tokens[at].Is('}'); at++)
        {
            if (tokens[at] is { Kind: TokenKind.Name, Text: "args" } && tokens[at + 1].Is(':') && tokens[at + 2].Kind == TokenKind.Text)
            {
                line += " " + tokens[at + 2].Text;
            }
        }

        return new ProgramCommand(start.Offset, Display(line), null, line);
    }

    static int Opening(List<ProgramToken> tokens, int close)
    {
        var depth = 0;
        for (var index = close; index >= Math.Max(0, close - 200); index--)
        {
            depth += tokens[index].Is(')') ? 1 : tokens[index].Is('(') ? -1 : 0;
            if (depth == 0)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Names that are given a literal text or array anywhere in the file.</summary>
    static Dictionary<string, List<Value>> Literals(List<ProgramToken> tokens)
    {
        var literals = new Dictionary<string, List<Value>>(StringComparer.Ordinal);
        for (var index = 0; index + 2 < tokens.Count; index++)
        {
            if (tokens[index].Kind != TokenKind.Name || !(tokens[index + 1].Is('=')
                || (tokens[index + 1].Is(':') && index + 3 < tokens.Count)) || tokens[index + 2].Is('='))
            {
                continue;
            }

            var equals = index + 1;
            while (tokens[index + 1].Is(':') && equals < Math.Min(tokens.Count - 2, index + 10) && !tokens[equals].Is('='))
            {
                equals++;
            }

            for (var at = equals + 1; at < Math.Min(tokens.Count, equals + 400) && !tokens[at].Is(';') && tokens[equals].Is('='); at++)
            {
                // A conditional expression may give either of its texts.
                var isOperand = at == equals + 1 || tokens[at - 1].Is('?') || tokens[at - 1].Is(':');
                if (isOperand && ReadValue(tokens, ref at) is { } value)
                {
                    (literals.TryGetValue(tokens[index].Text, out var known) ? known : literals[tokens[index].Text] = []).Add(value);
                    at--;
                }
                else if (at > equals + 60 || tokens[at].Is('{'))
                {
                    break;
                }
            }
        }

        return literals;
    }

    sealed record Value(int Offset, string? Text, IReadOnlyList<string>? Items);

    /// <summary>Reads a literal text (also joined by <c>+</c>) or an array of them, and steps over it.</summary>
    static Value? ReadValue(List<ProgramToken> tokens, ref int at)
    {
        var (start, first) = (tokens[at], at);
        if (start.Kind == TokenKind.Text)
        {
            var text = start.Text;
            at++;
            while (at + 1 < tokens.Count && at < first + LongestValue && tokens[at].Is('+'))
            {
                text += tokens[at + 1].Kind == TokenKind.Text ? tokens[at + 1].Text : Argument.Unknown.ToString();
                at += 2;
            }

            while (at < tokens.Count && at < first + LongestValue && tokens[at].Kind == TokenKind.Text
                && tokens[at - 1].Kind == TokenKind.Text)
            {
                text += tokens[at++].Text;
            }

            return new Value(start.Offset, text, null);
        }

        if (!start.Is('['))
        {
            return null;
        }

        var items = new List<string>();
        var depth = 0;
        var fresh = true;
        var end = Math.Min(tokens.Count, at + LongestValue);
        for (; at < end; at++)
        {
            var token = tokens[at];
            depth += token.Is('[') || token.Is('(') || token.Is('{') ? 1 : token.Is(']') || token.Is(')') || token.Is('}') ? -1 : 0;
            if (depth == 0)
            {
                at++;
                break;
            }

            if (token.Is(',') && depth == 1)
            {
                fresh = true;
            }
            else if (fresh && !token.Is('['))
            {
                items.Add(token.Kind == TokenKind.Text ? token.Text : Argument.Unknown.ToString());
                fresh = false;
            }
            else if (token.Kind == TokenKind.Name && token.Text == "executable")
            {
                items[^1] = "python";
            }
        }

        return new Value(start.Offset, null, items);
    }

    static IEnumerable<ProgramCommand> Call(string source, List<ProgramToken> tokens, int name, Dictionary<string, List<Value>> literals)
    {
        var at = name + 2;
        if (at >= tokens.Count)
        {
            yield break;
        }

        var first = Values(tokens, ref at, literals).ToList();
        if (first.Count == 0)
        {
            yield break;
        }

        List<Value> second = [];
        if (at < tokens.Count && tokens[at].Is(','))
        {
            at++;
            var texts = at;
            second = at < tokens.Count ? [.. Values(tokens, ref at, literals).Where(value => value.Items is not null)] : [];
            at = second.Count == 0 && Variadic.Contains(tokens[name].Text) && texts < tokens.Count && tokens[texts].Kind == TokenKind.Text
                ? texts : at;
        }
        else if (at < tokens.Count && !tokens[at].Is(')'))
        {
            yield break;
        }

        if (Variadic.Contains(tokens[name].Text) && second.Count == 0 && first is [{ Text: { } program }]
            && More(tokens, at) is { Count: > 0 } more)
        {
            yield return new ProgramCommand(first[0].Offset, Display($"{program} {string.Join(' ', more)}"), more.Count == 1 ? null
                : [new Argument(program), .. more.Select(item => new Argument(item))], more.Count == 1 ? $"{program} {more[0]}" : null);
            yield break;
        }

        if (first is [{ Text: { } chained }] && second.Count == 0 && Added(tokens, at) is { Count: > 0 } added)
        {
            yield return new ProgramCommand(first[0].Offset, Display($"{chained} {string.Join(' ', added)}"), null,
                $"{chained} {string.Join(' ', added)}");
            yield break;
        }

        var (directory, environment) = Options(source, tokens, at);
        foreach (var value in first)
        {
            if (value.Items is { Count: > 0 } items)
            {
                yield return new ProgramCommand(value.Offset, Display(string.Join(' ', items)),
                    [.. items.Select(item => new Argument(item))], null) { Directory = directory, Environment = environment };
            }
            else if (value.Text is { Length: > 0 } text)
            {
                foreach (var arguments in second.DefaultIfEmpty(null!))
                {
                    yield return arguments is null
                        ? new ProgramCommand(value.Offset, Display(text), null, text) { Directory = directory, Environment = environment }
                        : new ProgramCommand(value.Offset, Display($"{text} {string.Join(' ', arguments.Items!)}"),
                            [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(arguments.Items!)
                            .Select(item => new Argument(item))], null)
                        {
                            Directory = directory,
                            Environment = environment,
                        };
                }
            }
        }
    }

    /// <summary>The texts that follow the first argument of a call, up to one that is none.</summary>
    static List<string> More(List<ProgramToken> tokens, int at)
    {
        var more = new List<string>();
        while (at < tokens.Count && at > 0 && !tokens[at].Is(')') && more.Count < LongestValue)
        {
            if (tokens[at].Kind == TokenKind.Text)
            {
                more.Add(tokens[at].Text);
                at++;
                continue;
            }

            if (!tokens[at].Is(','))
            {
                break;
            }

            at++;
        }

        return more;
    }

    /// <summary>The arguments that are added behind a call: <c>Command::new("npx").args(["prisma"])</c>.</summary>
    static List<string> Added(List<ProgramToken> tokens, int at)
    {
        var added = new List<string>();
        while (at + 4 < tokens.Count && tokens[at].Is(')') && tokens[at + 1].Is('.') && Adding.Contains(tokens[at + 2].Text)
            && tokens[at + 3].Is('('))
        {
            at += 4;
            at += tokens[at].Is('&') ? 1 : 0;
            if (at >= tokens.Count || ReadValue(tokens, ref at) is not { } value)
            {
                break;
            }

            added.AddRange(value.Items ?? [value.Text!]);
            while (at + 1 < tokens.Count && tokens[at].Is(',') && tokens[at + 1].Kind == TokenKind.Text)
            {
                added.Add(tokens[at + 1].Text);
                at += 2;
            }
        }

        return added;
    }

    static IEnumerable<Value> Values(List<ProgramToken> tokens, ref int at, Dictionary<string, List<Value>> literals)
    {
        if (ReadValue(tokens, ref at) is { } value)
        {
            return [value];
        }

        if (tokens[at].Kind == TokenKind.Name && at + 1 < tokens.Count && (tokens[at + 1].Is(',') || tokens[at + 1].Is(')')))
        {
            return literals.GetValueOrDefault(tokens[at++].Text, []);
        }

        return [];
    }

    /// <summary>The literal parts of the options object that follows.</summary>
    static (string? Directory, IReadOnlyList<(string, string)> Environment) Options(string source, List<ProgramToken> tokens, int at)
    {
        string? directory = null;
        var environment = new List<(string, string)>();
        var depth = 1;
        for (var index = at; index + 2 < tokens.Count && depth > 0 && index < at + 200; index++)
        {
            depth += tokens[index].Is('(') ? 1 : tokens[index].Is(')') ? -1 : 0;
            if (tokens[index].Kind == TokenKind.Mark || !(tokens[index + 1].Is(':') || tokens[index + 1].Is('='))
                || tokens[index + 2].Kind != TokenKind.Text)
            {
                continue;
            }

            var (name, value) = (tokens[index].Text, tokens[index + 2].Text);
            if (name == "cwd")
            {
                directory = value;
            }
            else if (name.Length > 2 && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') && source.Length > 0)
            {
                environment.Add((name, value));
            }
        }

        return (directory, environment);
    }

    static string Display(string text) => text.Replace(Argument.Unknown.ToString(), "…", StringComparison.Ordinal);
}

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

    /// <summary>The condition around the call that only development meets; null for none.</summary>
    public string? DevelopmentOnly { get; init; }

    /// <summary>Literal variables in the call's <c>env</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];
}

/// <summary>What a program starts, and which modules it loads.</summary>
sealed record ScannedProgram(IReadOnlyList<ProgramCommand> Commands, IReadOnlyList<ProgramImport> Imports);

/// <summary>Finds the commands that programs start with literal texts and arrays.</summary>
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

    /// <summary>Texts without which a program of a language starts no process, and defines no container.</summary>
    static readonly Dictionary<Language, SearchValues<string>> Starters = new()
    {
        [Language.JavaScript] = Texts(
            "child_process", "execa", "zx", "shelljs", "cross-spawn", "Bun.spawn", "Bun.$", "Deno.Command", "Deno.run", "from \"bun\"",
                "from 'bun'",
            "nano-spawn", "tinyexec", "spawnSync", "execSync", "pm2", "apps:", "concurrently", "aws-cdk-lib", "@pulumi/", "cdktf", "cdk8s"),
        [Language.Python] = Texts(
            "subprocess", "os.system", "os.popen", "os.exec", "os.spawn", "import sh", "from sh ", "asyncio.create_subprocess", "invoke",
            "pexpect",
            "fabric", "aws_cdk", "pulumi", "cdktf", "cdk8s"),
        [Language.Go] = Texts("os/exec", "aws-cdk-go", "pulumi", "cdktf", "cdk8s"),
        [Language.CSharp] = Texts("Process.Start", "StartInfo", "Cli.Wrap", "Amazon.CDK", "Pulumi"),
        [Language.Java] = Texts("ProcessBuilder", "getRuntime().exec", "awscdk", "pulumi"),
        [Language.Rust] = Texts("std::process", "Command::new", "duct::", "xshell"),
    };

    /// <summary>The same for languages whose functions for it need no import.</summary>
    static readonly SearchValues<string> Builtins =
        Texts("system", "exec", "`", "%x", "qx", "popen", "Open3", "proc_open", "passthru", "sh ", "System.", "Mix.shell", "spawn");

    static SearchValues<string> Texts(params string[] texts) => SearchValues.Create(texts, StringComparison.Ordinal);

    /// <summary>Functions that take a program and its arguments one by one.</summary>
    static readonly HashSet<string> Variadic = new(StringComparer.Ordinal) { "Command", "CommandContext", "Start", "ProcessStartInfo",
        "ProcessBuilder", "system", "spawn", "capture2", "capture2e", "capture3", "cmd", "arg", "exec", "sh", "run" };

    /// <summary>True when a program's text starts processes by itself.</summary>
    public static bool StartsProcesses(string text, Language language) =>
        text.AsSpan().ContainsAny(Starters.GetValueOrDefault(language, Builtins));

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
        var tokens = ProgramLexer.Read(text, language);
        return new ScannedProgram(Commands(text, tokens, language, starters), ProgramImports.Read(text, tokens, language));
    }

    /// <summary>The commands of a program that was split into tokens.</summary>
    public static IReadOnlyList<ProgramCommand> Commands(string text, List<ProgramToken> tokens, Language language,
        IReadOnlySet<string> starters) =>
        StartsProcesses(text, language) ? [.. Found(text, tokens, language, null)] : starters.Count > 0
            ? [.. Found(text, tokens, language, starters)] : [];

    static IEnumerable<ProgramCommand> Found(string text, List<ProgramToken> tokens, Language language, IReadOnlySet<string>? starters)
    {
        var literals = LiteralValues.Named(tokens);
        for (var index = 0; index < tokens.Count; index++)
        {
            if (!MayBegin(tokens, index, language))
            {
                continue;
            }

            foreach (var command in At(text, tokens, index, language, starters, literals))
            {
                yield return command with { DevelopmentOnly = CodeConditions.From(language, text, tokens, index) };
            }
        }
    }

    /// <summary>Most tokens begin nothing: a name before an opening parenthesis, a text or an assignment does, and what backticks
    /// hold.</summary>
    static bool MayBegin(List<ProgramToken> tokens, int index, Language language) => tokens[index].Kind switch
    {
        TokenKind.Text => language is Language.Ruby or Language.Php or Language.Perl,
        TokenKind.Name => index + 1 < tokens.Count && (tokens[index + 1].Kind == TokenKind.Text
            || (tokens[index + 1].Kind == TokenKind.Mark && tokens[index + 1].Text[0] is '(' or ':' or '=' or '!')),
        _ => tokens[index].Is(')') && index + 1 < tokens.Count && tokens[index + 1].Kind == TokenKind.Text,
    };

    /// <summary>The commands that begin at a token.</summary>
    static IEnumerable<ProgramCommand> At(string text, List<ProgramToken> tokens, int index, Language language,
        IReadOnlySet<string>? starters, Dictionary<string, List<LiteralValue>> literals)
    {
        if (language is Language.Ruby or Language.Php or Language.Perl && Bare(text, tokens, index) is { } bare)
        {
            yield return new ProgramCommand(bare.Offset, Display(bare.Text), null, bare.Text);
            yield break;
        }

        if (tokens[index].Kind == TokenKind.Name && index + 1 < tokens.Count)
        {
            if (starters is not null && !(tokens[index + 1].Is('(') && Calls(tokens, index, starters)))
            {
                yield break;
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
                yield return new ProgramCommand(tokens[index + 1].Offset, Display(tokens[index + 1].Text), null, tokens[index + 1].Text);
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

    /// <summary>A command that no parentheses hold: <c>system "rails db:migrate"</c>, <c>sh "make"</c>, a text in backticks.</summary>
    static ProgramToken? Bare(string text, List<ProgramToken> tokens, int index)
    {
        if (tokens[index].Kind == TokenKind.Text)
        {
            return text[tokens[index].Offset] == '`' ? tokens[index] : null;
        }

        var at = index + 1 < tokens.Count && tokens[index + 1].Is('!') ? index + 2 : index + 1;
        return tokens[index] is { Kind: TokenKind.Name, Text: "system" or "exec" or "sh" or "run" or "spawn" } && at < tokens.Count
            && tokens[at].Kind == TokenKind.Text && text[tokens[at].Offset] != '`' ? Line(tokens, at) : null;
    }

    /// <summary>The texts of an argument list without parentheses as one line: <c>system "npx", "prisma", "db", "push"</c>.</summary>
    static ProgramToken Line(List<ProgramToken> tokens, int at)
    {
        var first = tokens[at];
        var words = new List<string> { first.Text };
        for (; at + 2 < tokens.Count && tokens[at + 1].Is(',') && tokens[at + 2].Kind == TokenKind.Text; at += 2)
        {
            words.Add($"'{tokens[at + 2].Text.Replace("'", "'\\''", StringComparison.Ordinal)}'");
        }

        return words.Count == 1 ? first : first with { Text = string.Join(' ', words) };
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
        if (LiteralValues.Read(tokens, ref at) is not { Items: { Count: > 0 } items })
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
                items = LiteralValues.Read(tokens, ref begin)?.Items is { Count: > 0 } program ? [.. program, .. items] : items;
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

    static IEnumerable<ProgramCommand> Call(string source, List<ProgramToken> tokens, int name, Dictionary<string,
        List<LiteralValue>> literals)
    {
        var at = name + 2;
        if (at >= tokens.Count)
        {
            yield break;
        }

        var first = LiteralValues.At(tokens, ref at, literals).ToList();
        if (first.Count == 0)
        {
            yield break;
        }

        List<LiteralValue> second = [];
        if (at < tokens.Count && tokens[at].Is(','))
        {
            at++;
            var texts = at;
            second = at < tokens.Count ? [.. LiteralValues.At(tokens, ref at, literals).Where(value => value.Items is not null)] : [];
            at = second.Count == 0 && Variadic.Contains(tokens[name].Text) && texts < tokens.Count && tokens[texts].Kind == TokenKind.Text
                ? texts : at;
        }
        else if (at < tokens.Count && !tokens[at].Is(')'))
        {
            yield break;
        }

        if (Variadic.Contains(tokens[name].Text) && second.Count == 0 && first is [{ Text: { } program }]
            && CallArguments.More(tokens, at) is { Count: > 0 } more)
        {
            yield return new ProgramCommand(first[0].Offset, Display($"{program} {string.Join(' ', more)}"), more.Count == 1 ? null
                : [new Argument(program), .. more.Select(item => new Argument(item))], more.Count == 1 ? $"{program} {more[0]}" : null);
            yield break;
        }

        if (first is [{ Text: { } chained }] && second.Count == 0 && CallArguments.Added(tokens, at) is { Count: > 0 } added)
        {
            yield return new ProgramCommand(first[0].Offset, Display($"{chained} {string.Join(' ', added)}"), null,
                $"{chained} {string.Join(' ', added)}");
            yield break;
        }

        var (directory, environment) = CallArguments.Options(source, tokens, at);
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

    static string Display(string text) => text.Replace(Argument.Unknown.ToString(), "…", StringComparison.Ordinal);
}

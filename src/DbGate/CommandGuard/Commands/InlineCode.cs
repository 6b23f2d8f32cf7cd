using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>What a program that is written in a command line starts, as far as its text reports.</summary>
/// <param name="Commands">Commands that it starts with literal texts.</param>
/// <param name="Modules">Programs next to it that it loads.</param>
/// <param name="Unclear">Why it cannot be told what else it does; null when it is harmless.</param>
sealed record InlineCode(IReadOnlyList<string> Commands, IReadOnlyList<string> Modules, string? Unclear)
{
    /// <summary>
    /// True when it may run what its text does not show: a program that it builds, or statements of a database. False when it only talks to
    /// a server,
    /// as a health check does, or reads and writes files.
    /// </summary>
    public bool MayRunAnything { get; init; }

    /// <summary>Names of <see cref="Risky"/> with which a program runs nothing that its text does not show.</summary>
    static readonly HashSet<string> Passive = new(StringComparer.Ordinal)
    {
        "fetch", "http", "https", "urllib", "requests", "axios", "LWP", "Net", "net", "socket", "Socket", "curl_exec", "file_get_contents",
        "readFileSync", "writeFileSync", "writeFile", "appendFileSync", "unlinkSync", "rmSync", "rmtree", "unlink", "remove",
    };

    /// <summary>Functions that hand a text to a shell or start a program.</summary>
    static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "system", "exec", "popen", "spawn", "qx", "passthru", "shell_exec", "proc_open", "pcntl_exec", "run", "call", "check_call",
        "check_output", "Popen", "execSync", "execFileSync", "spawnSync", "execFile", "fork", "cmd", "os_cmd",
    };

    /// <summary>Names with which a program can do what its text does not show, or reach a database.</summary>
    static readonly HashSet<string> Risky = new(StringComparer.Ordinal)
    {
        "eval", "Function", "__import__", "compile", "getattr", "importlib", "instance_eval", "class_eval", "send", "vm", "Module",
        "globals", "pickle", "marshal", "ctypes", "b64decode", "fromCharCode", "atob", "unpack", "decode64",
        "child_process", "subprocess", "pty", "Kernel", "IO", "Open3", "PTY", "getline", "execa", "zx", "shelljs",
        "pg", "postgres", "psycopg2", "psycopg", "asyncpg", "sqlalchemy", "PrismaClient", "Sequelize", "knex", "typeorm", "drizzle",
        "mysql2", "ActiveRecord", "Sequel", "DBI", "PDO", "pg_connect", "Repo", "socket", "Socket", "net", "django",
        "fetch", "http", "https", "urllib", "requests", "axios", "LWP", "Net", "curl_exec", "file_get_contents", "readFileSync", "load",
        "source",
        "writeFileSync", "writeFile", "appendFileSync", "unlinkSync", "rmSync", "rmtree", "unlink", "remove",
    };

    /// <summary>Modules whose import changes nothing.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "os", "sys", "json", "re", "math", "datetime", "time", "collections", "itertools", "functools", "pathlib", "hashlib", "base64",
        "textwrap", "string", "random", "statistics", "csv", "io", "uuid", "secrets", "platform", "struct", "urllib.parse", "shlex", "ast",
        "yaml", "toml", "tomllib",
        "path", "util", "url", "crypto", "assert", "process", "node:path", "node:os", "node:util", "node:url", "node:crypto",
        "node:process", "fs", "node:fs", "date", "set", "digest", "securerandom", "bigdecimal",
    };

    public static InlineCode Read(string code, Language language)
    {
        var tokens = ProgramLexer.Read(code, language);
        if (IsOpen(code, tokens, language))
        {
            return new InlineCode([], [], "the program is not known before it runs") { MayRunAnything = true };
        }

        var (commands, modules) = (new List<string>(), new List<string>());
        string? unclear = null;
        var isAny = false;
        for (var index = 0; index < tokens.Count; index++)
        {
            var token = tokens[index];
            if (token.Kind == TokenKind.Text && code[token.Offset] == '`' && language is not Language.JavaScript)
            {
                commands.Add(token.Text);
            }
            else if (token.Kind == TokenKind.Name && Starters.Contains(token.Text) && IsCall(tokens, index))
            {
                var texts = Literals(tokens, index + 1);
                if (texts.Count == 0)
                {
                    unclear ??= $"it calls {token.Text}() with what is not known before it runs";
                    isAny = true;
                }
                else
                {
                    commands.Add(string.Join(' ', texts));
                }
            }
            else if (token.Kind == TokenKind.Name && Risky.Contains(token.Text)
                && !(index > 0 && tokens[index - 1].Is('.') && token.Text is "load" or "remove" or "compile" or "send"))
            {
                unclear ??= $"it uses {token.Text}";
                isAny |= !Passive.Contains(token.Text);
            }
            else if (token.Kind == TokenKind.Name && token.Text is "import" or "require" or "from" or "require_relative"
                && index + 1 < tokens.Count)
            {
                var module = tokens[index + 1].Is('(') && index + 2 < tokens.Count ? tokens[index + 2] : tokens[index + 1];
                if (module.Kind == TokenKind.Text && (token.Text == "require_relative"
                    || module.Text.StartsWith("./", StringComparison.Ordinal)) && !module.Text.EndsWith(".json", StringComparison.Ordinal))
                {
                    modules.Add(module.Text);
                    continue;
                }

                isAny |= module.Kind == TokenKind.Text && !Passive.Contains(module.Text)
                    && (Risky.Contains(module.Text) || Tools.ToolCatalog.NamedIn(module.Text) is not null)
                        && !module.Text.Contains("child_process", StringComparison.Ordinal);
                unclear ??= module.Kind is TokenKind.Text or TokenKind.Name && !Harmless.Contains(module.Text)
                    && !module.Text.EndsWith(".json", StringComparison.Ordinal)
                    && module.Text is not ("child_process" or "node:child_process" or "subprocess") ? $"it loads {module.Text}" : null;
            }
            else if (token.Is('|') && language == Language.Awk && index + 1 < tokens.Count && tokens[index + 1].Kind == TokenKind.Text)
            {
                commands.Add(tokens[index + 1].Text);
            }
        }

        // What only starts programs is judged by the commands themselves.
        var isReadable = commands.Count > 0 && unclear is "it uses child_process" or "it uses subprocess" or "it uses Kernel"
            or "it uses IO";
        return new InlineCode(commands, modules, isReadable ? null : unclear) { MayRunAnything = isAny && !isReadable };
    }

    /// <summary>True when code itself is a value of the shell. Inside of a text, and in a pattern of awk, such a value is data.</summary>
    static bool IsOpen(string code, List<ProgramToken> tokens, Language language) =>
        code.Contains(Argument.Unknown, StringComparison.Ordinal)
        && (code.Trim().Length == 1
            || (language == Language.Awk ? tokens.Any(token => token.Is('|') || token.Text is "system" or "getline")
                : tokens.Any(token => token.Kind != TokenKind.Text && token.Text.Contains(Argument.Unknown, StringComparison.Ordinal))));

    static bool IsCall(List<ProgramToken> tokens, int index) =>
        index + 1 < tokens.Count && (tokens[index + 1].Is('(') || tokens[index + 1].Kind == TokenKind.Text)
            && !(tokens[index].Text is "run" or "call" or "cmd"
            && !(index > 1 && tokens[index - 1].Is('.') && tokens[index - 2].Text is "subprocess"));

    /// <summary>The literal arguments of a call, also those of an array.</summary>
    static List<string> Literals(List<ProgramToken> tokens, int at)
    {
        var texts = new List<string>();
        for (at += at < tokens.Count && tokens[at].Is('(') ? 1 : 0; at < tokens.Count && texts.Count < 50; at++)
        {
            if (tokens[at].Kind == TokenKind.Text)
            {
                texts.Add(tokens[at].Text);
            }
            else if (!tokens[at].Is(',') && !tokens[at].Is('[') && !tokens[at].Is(']'))
            {
                break;
            }
        }

        return texts;
    }
}

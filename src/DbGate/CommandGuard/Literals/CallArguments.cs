namespace DbGate.CommandGuard.Literals;

/// <summary>Reads what is behind the first argument of a call. Pure.</summary>
static class CallArguments
{
    /// <summary>Methods that add arguments to the program that was named before.</summary>
    static readonly HashSet<string> Adding = new(StringComparer.Ordinal) { "args", "arg", "WithArguments", "addArgs" };

    /// <summary>The texts that follow the first argument of a call, up to one that is none.</summary>
    public static List<string> More(List<ProgramToken> tokens, int at)
    {
        var more = new List<string>();
        while (at < tokens.Count && at > 0 && !tokens[at].Is(')') && more.Count < LiteralValues.Longest)
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
    public static List<string> Added(List<ProgramToken> tokens, int at)
    {
        var added = new List<string>();
        while (at + 4 < tokens.Count && tokens[at].Is(')') && tokens[at + 1].Is('.') && Adding.Contains(tokens[at + 2].Text)
            && tokens[at + 3].Is('('))
        {
            at += 4;
            at += tokens[at].Is('&') ? 1 : 0;
            if (at >= tokens.Count || LiteralValues.Read(tokens, ref at) is not { } value)
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

    /// <summary>The literal parts of the options object that follows.</summary>
    public static (string? Directory, IReadOnlyList<(string, string)> Environment) Options(string source, List<ProgramToken> tokens, int at)
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
}

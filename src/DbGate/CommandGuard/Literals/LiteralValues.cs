using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Literals;

/// <summary>A literal text, or an array of literal texts.</summary>
sealed record LiteralValue(int Offset, string? Text, IReadOnlyList<string>? Items);

/// <summary>Reads the literal values of a program. Pure.</summary>
static class LiteralValues
{
    /// <summary>No command is written in more tokens.</summary>
    public const int Longest = 200;

    /// <summary>Names that are given a literal text or array anywhere in the file.</summary>
    public static Dictionary<string, List<LiteralValue>> Named(List<ProgramToken> tokens)
    {
        var literals = new Dictionary<string, List<LiteralValue>>(StringComparer.Ordinal);
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
                if (isOperand && Read(tokens, ref at) is { } value)
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

    /// <summary>Reads a literal text (also joined by <c>+</c>) or an array of them, and steps over it.</summary>
    public static LiteralValue? Read(List<ProgramToken> tokens, ref int at)
    {
        var (start, first) = (tokens[at], at);
        if (start.Kind == TokenKind.Text)
        {
            var text = start.Text;
            at++;
            while (at + 1 < tokens.Count && at < first + Longest && tokens[at].Is('+'))
            {
                text += tokens[at + 1].Kind == TokenKind.Text ? tokens[at + 1].Text : Argument.Unknown.ToString();
                at += 2;
            }

            while (at < tokens.Count && at < first + Longest && tokens[at].Kind == TokenKind.Text && tokens[at - 1].Kind == TokenKind.Text)
            {
                text += tokens[at++].Text;
            }

            return new LiteralValue(start.Offset, text, null);
        }

        if (!start.Is('['))
        {
            return null;
        }

        var items = new List<string>();
        var depth = 0;
        var fresh = true;
        var end = Math.Min(tokens.Count, at + Longest);
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

        return new LiteralValue(start.Offset, null, items);
    }

    public static IEnumerable<LiteralValue> At(List<ProgramToken> tokens, ref int at, Dictionary<string, List<LiteralValue>> literals)
    {
        if (Read(tokens, ref at) is { } value)
        {
            return [value];
        }

        if (tokens[at].Kind == TokenKind.Name && at + 1 < tokens.Count && (tokens[at + 1].Is(',') || tokens[at + 1].Is(')')))
        {
            return literals.GetValueOrDefault(tokens[at++].Text, []);
        }

        return [];
    }
}

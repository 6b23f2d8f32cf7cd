using System.Text.RegularExpressions;

namespace DbGate.CommandGuard.Literals;

/// <summary>Finds the condition around a place in a program that only development meets. Pure.</summary>
static partial class CodeConditions
{
    /// <summary>The condition in a language with braces; null for none.</summary>
    public static string? OfBraced(List<ProgramToken> tokens, int index)
    {
        var depth = 0;
        for (var at = index - 1; at > 0; at--)
        {
            depth += tokens[at].Is('}') ? 1 : tokens[at].Is('{') ? -1 : 0;
            if (depth < 0)
            {
                depth = 0;
                if (tokens[at - 1].Is(')') && Condition(tokens, at - 1) is { } condition)
                {
                    return condition;
                }
            }
            else if (depth == 0 && tokens[at].Is(')') && at == Statement(tokens, index) && Condition(tokens, at) is { } single)
            {
                return single;
            }
        }

        return null;
    }

    /// <summary>The condition in Python; null for none.</summary>
    public static string? OfIndented(string text, int offset)
    {
        var lines = text[..offset].Split('\n');
        var indent = lines[^1].TakeWhile(char.IsWhiteSpace).Count();
        for (var index = lines.Length - 2; index >= 0 && indent > 0; index--)
        {
            var line = lines[index];
            var own = line.TakeWhile(char.IsWhiteSpace).Count();
            if (line.Trim().Length == 0 || own >= indent)
            {
                continue;
            }

            indent = own;
            if (line.TrimStart().StartsWith("if ", StringComparison.Ordinal) && IsDevelopment(line.Trim().TrimEnd(':')[3..]))
            {
                return $"runs only when {line.Trim().TrimEnd(':')[3..]}";
            }
        }

        return null;
    }

    /// <summary>The closing parenthesis that a statement without braces follows.</summary>
    static int Statement(List<ProgramToken> tokens, int index)
    {
        for (var at = index - 1; at > 0 && at > index - 12; at--)
        {
            if (tokens[at].Is(')') || tokens[at].Is(';') || tokens[at].Is('{') || tokens[at].Is('}'))
            {
                return tokens[at].Is(')') ? at : -1;
            }
        }

        return -1;
    }

    static string? Condition(List<ProgramToken> tokens, int close)
    {
        var depth = 0;
        for (var at = close; at >= 0 && at > close - 60; at--)
        {
            depth += tokens[at].Is(')') ? 1 : tokens[at].Is('(') ? -1 : 0;
            if (depth == 0)
            {
                var text = string.Concat(tokens.Skip(at + 1).Take(close - at - 1)
                    .Select(token => token.Kind == TokenKind.Text ? $"'{token.Text}'" : token.Text));
                return at > 0 && tokens[at - 1].Text == "if" && IsDevelopment(text) ? $"runs only when {text}" : null;
            }
        }

        return null;
    }

    static bool IsDevelopment(string condition) => Development().IsMatch(condition) && !condition.Contains("||", StringComparison.Ordinal)
        && !condition.Contains(" or ", StringComparison.Ordinal);

    [GeneratedRegex("""^(?!.*!)(?:.*\b(?:IsDevelopment\(|isDev\b|isDevelopment\b|isTest\b|settings\.DEBUG|DEBUG\b|__DEV__)|.*(?:==|\beq\b|\bis\b|in)\s*[\[\(]?\s*['"](?:dev|development|test|testing|local|ci)['"])|IsEnvironment\('(?:Development|Test|Testing|Local)'|^!\w*(?:\.\w+)*\.IsProduction\(""", RegexOptions.IgnoreCase)]
    private static partial Regex Development();
}

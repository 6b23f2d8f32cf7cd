using System.Text.RegularExpressions;
using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Literals;

/// <summary>Finds the condition around a place in a program that only development meets. Pure.</summary>
static partial class CodeConditions
{
    /// <summary>Conditions that are further away are not looked for.</summary>
    const int FurthestToken = 20_000;

    /// <summary>The condition around a token; null for none.</summary>
    /// <param name="language">The language of the program.</param>
    /// <param name="text">The program.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="index">The token.</param>
    public static string? From(Language language, string text, List<ProgramToken> tokens, int index) => language switch
    {
        Language.Python or Language.Ruby or Language.Elixir => OfIndented(text, tokens[index].Offset),
        Language.CSharp => OfDirective(text, tokens[index].Offset) ?? OfBraced(tokens, index),
        _ => OfBraced(tokens, index),
    };

    /// <summary>The condition in a language with braces; null for none.</summary>
    static string? OfBraced(List<ProgramToken> tokens, int index)
    {
        var depth = 0;
        for (var at = index - 1; at > 0 && at > index - FurthestToken; at--)
        {
            depth += tokens[at].Is('}') ? 1 : tokens[at].Is('{') ? -1 : 0;
            if (depth < 0)
            {
                depth = 0;
                if (tokens[at - 1].Is(')') && Condition(tokens, at - 1) is { } condition)
                {
                    return condition;
                }

                if (Attribute(tokens, at) is { } attribute)
                {
                    return attribute;
                }
            }
            else if (depth == 0 && tokens[at].Is(')') && at == Statement(tokens, index) && Condition(tokens, at) is { } single)
            {
                return single;
            }
        }

        return null;
    }

    /// <summary>The attribute of a block: <c>#[cfg(test)]</c> of Rust, <c>@Profile("dev")</c> of Spring.</summary>
    static string? Attribute(List<ProgramToken> tokens, int brace)
    {
        for (var at = brace - 1; at >= 0 && at > brace - 80 && !tokens[at].Is(';') && !tokens[at].Is('{') && !tokens[at].Is('}'); at--)
        {
            if (tokens[at].Is('#') && at + 2 < brace && tokens[at + 1].Is('[') && Bracketed(tokens, at + 1, brace) is { } rust
                && RustTest().IsMatch(rust))
            {
                return $"it is compiled for tests only: #{rust}";
            }

            if (tokens[at].Is('@') && tokens[at + 1].Text == "Profile" && Bracketed(tokens, at + 2, brace) is { } profile
                && IsDevelopment($"profile == {profile.Trim('(', ')', '{', '}')}"))
            {
                return $"it is for @Profile{profile}";
            }
        }

        return null;
    }

    /// <summary>The text of a bracket and what is in it.</summary>
    static string? Bracketed(List<ProgramToken> tokens, int open, int end)
    {
        var (depth, text) = (0, "");
        for (var at = open; at < end; at++)
        {
            text += tokens[at].Kind == TokenKind.Text ? $"'{tokens[at].Text}'" : tokens[at].Text;
            depth += tokens[at].Kind != TokenKind.Mark ? 0 : tokens[at].Text[0] is '(' or '[' or '{' ? 1 : tokens[at].Text[0] is ')'
                or ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary><c>#if DEBUG</c> of C#: a release is not compiled with it.</summary>
    static string? OfDirective(string text, int offset)
    {
        if (!text.Contains("#if", StringComparison.Ordinal))
        {
            return null;
        }

        var open = new Stack<string>();
        foreach (Match line in Directive().Matches(text[..offset]))
        {
            switch (line.Groups[1].Value)
            {
                case "if":
                    open.Push(line.Groups[2].Value.Trim());
                    break;
                case "endif":
                    open.TryPop(out _);
                    break;
                default:
                    if (open.TryPop(out _))
                    {
                        open.Push("");
                    }

                    break;
            }
        }

        return open.Contains("DEBUG") ? "it is compiled only #if DEBUG" : null;
    }

    /// <summary>The condition in a language that is indented; null for none.</summary>
    static string? OfIndented(string text, int offset)
    {
        var lines = text[..offset].Split('\n');
        var end = text.IndexOf('\n', offset) is >= 0 and var found ? found : text.Length;
        if (Behind().Match(text[offset..end]) is { Success: true } behind && IsDevelopment(Meaning(behind.Value.Trim())))
        {
            return $"runs only {behind.Value.Trim()}";
        }

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
            if (line.TrimStart() is var head && (head.StartsWith("if ", StringComparison.Ordinal)
                || head.StartsWith("unless ", StringComparison.Ordinal)) && IsDevelopment(Meaning(head.Trim().TrimEnd(':'))))
            {
                return $"runs only {(head[0] == 'u' ? "unless" : "when")} {head.Trim().TrimEnd(':').Split(' ', 2)[1]}";
            }
        }

        return null;
    }

    /// <summary>The condition behind <c>if</c> or <c>unless</c>, in the form that other languages have.</summary>
    static string Meaning(string condition) => condition.StartsWith("unless ", StringComparison.Ordinal)
        ? condition.Contains("production?", StringComparison.Ordinal) ? "IsEnvironment('Development')" : ""
        : condition[3..];

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

    [GeneratedRegex(@"\s(?:if|unless)\s.+$")]
    private static partial Regex Behind();

    [GeneratedRegex(@"^\s*#\s*(if|elif|else|endif)\b([^\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\[(?:cfg\((?:all\()?(?:test|debug_assertions)\b|(?:\w+::)*test\b)")]
    private static partial Regex RustTest();

    [GeneratedRegex(
        """^(?!.*!)(?:.*\b(?:IsDevelopment\(|isLocal\b|environment\(\[?'(?:local|testing|development)|env\.(?:development|test|local)\?|env\(?\)? == :(?:dev|test)\b|isDev\b|isDevelopment\b|isTest\b|settings\.DEBUG|DEBUG\b|__DEV__)|.*(?:==|\beq\b|\bis\b|in)\s*[\[\(]?\s*['"](?:dev|development|test|testing|local|ci)['"])|IsEnvironment\('(?:Development|Test|Testing|Local)'|^!\w*(?:\.\w+)*\.IsProduction\(""", RegexOptions.IgnoreCase)]
    private static partial Regex Development();
}

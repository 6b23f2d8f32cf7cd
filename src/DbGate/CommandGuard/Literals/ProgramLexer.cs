using System.Text;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Literals;

/// <summary>Splits JavaScript, TypeScript or Python into tokens. Total and linear; no grammar.</summary>
static class ProgramLexer
{
    public static List<ProgramToken> Read(string text, bool isPython)
    {
        var tokens = new List<ProgramToken>();
        var at = text.StartsWith("#!", StringComparison.Ordinal) ? LineEnd(text, 0) : 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (isPython ? c == '#' : c == '/' && Next(text, at) == '/')
            {
                at = LineEnd(text, at);
            }
            else if (!isPython && c == '/' && Next(text, at) == '*')
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else if (!isPython && c == '/' && MayBeginRegex(tokens) && RegexEnd(text, at) is > 0 and var regexEnd)
            {
                tokens.Add(new ProgramToken(TokenKind.Text, "", at));
                at = regexEnd;
            }
            else if (c is '"' or '\'' or '`' && !(isPython && c == '`'))
            {
                var start = at;
                tokens.Add(new ProgramToken(TokenKind.Text, ReadString(text, ref at, isPython), start));
            }
            else if (IsName(c))
            {
                var start = at;
                while (at < text.Length && IsName(text[at]))
                {
                    at++;
                }

                if (!(isPython && at < text.Length && text[at] is '"' or '\'' && at - start <= 2))
                {
                    tokens.Add(new ProgramToken(TokenKind.Name, text[start..at], start));
                }
            }
            else
            {
                tokens.Add(new ProgramToken(TokenKind.Mark, c.ToString(), at));
                at++;
            }
        }

        return tokens;
    }

    static char Next(string text, int at) => at + 1 < text.Length ? text[at + 1] : '\0';

    static int LineEnd(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    static bool MayBeginRegex(List<ProgramToken> tokens) =>
        tokens.Count == 0 || tokens[^1] switch
        {
            { Kind: TokenKind.Mark, Text: var mark } => mark[0] is '(' or ',' or '=' or ':' or '[' or '!' or '&' or '|' or '?' or '{'
                or '}' or ';' or '+' or '>',
            { Kind: TokenKind.Name, Text: "return" or "typeof" or "case" or "in" or "of" } => true,
            _ => false,
        };

    static int RegexEnd(string text, int at)
    {
        var inClass = false;
        for (var index = at + 1; index < text.Length && text[index] != '\n' && index - at < 2000; index++)
        {
            switch (text[index])
            {
                case '\\':
                    index++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    return index + 1;
                default:
                    break;
            }
        }

        return -1;
    }

    static string ReadString(string text, ref int at, bool isPython)
    {
        var quote = text[at];
        var triple = isPython && at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
        at += triple ? 3 : 1;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at];
            if (c == quote && (!triple || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                at += triple ? 3 : 1;
                return value.ToString();
            }

            if (c == '\n' && !triple && quote != '`')
            {
                return value.ToString();
            }

            if (c == '\\' && at + 1 < text.Length)
            {
                Escape(text, ref at, value);
            }
            else if (c == '$' && quote == '`' && Next(text, at) == '{')
            {
                at = ClosingBrace(text, at + 2);
                value.Append(Argument.Unknown);
            }
            else
            {
                value.Append(c);
                at++;
            }
        }

        return value.ToString();
    }

    static void Escape(string text, ref int at, StringBuilder value)
    {
        var next = text[at + 1];
        at += 2;
        switch (next)
        {
            case 'n': value.Append('\n'); break;
            case 't': value.Append('\t'); break;
            case 'r' or '\n': break;
            case 'x' when at + 2 <= text.Length && int.TryParse(text.AsSpan(at, 2), System.Globalization.NumberStyles.HexNumber, null,
                out var code):
                value.Append((char)code);
                at += 2;
                break;
            case 'u' when at + 4 <= text.Length && int.TryParse(text.AsSpan(at, 4), System.Globalization.NumberStyles.HexNumber, null,
                out var code):
                value.Append((char)code);
                at += 4;
                break;
            default: value.Append(next); break;
        }
    }

    static int ClosingBrace(string text, int at)
    {
        var depth = 1;
        while (at < text.Length)
        {
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            at++;
            if (depth == 0)
            {
                break;
            }
        }

        return at;
    }
}

using System.Text;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Literals;

/// <summary>Splits a program into tokens: names, strings, punctuation. Total and linear; no grammar.</summary>
static class ProgramLexer
{
    /// <summary>How the texts and comments of a language are written.</summary>
    readonly record struct Rules(Language Language)
    {
        public bool HasHashComments => Language is Language.Python or Language.Ruby or Language.Perl or Language.Elixir or Language.Php;

        public bool HasSlashComments => Language is not (Language.Python or Language.Ruby or Language.Perl or Language.Elixir);

        public bool HasPatterns => Language is Language.JavaScript or Language.Awk or Language.Detect;

        /// <summary>Backticks are a text of JavaScript and Go, and run a command in Ruby, Perl and PHP.</summary>
        public bool HasBackticks => Language is not (Language.Python or Language.Rust or Language.CSharp or Language.Java
            or Language.Elixir);

        public bool HasTripleQuotes => Language is Language.Python or Language.Java or Language.CSharp or Language.Elixir;

        public bool HasPrefixes => Language is Language.Python;

        /// <summary><c>'a</c> is a lifetime of Rust; only <c>'x'</c> is a text.</summary>
        public bool HasLifetimes => Language is Language.Rust;

        /// <summary>The character before a brace that puts a value into a text.</summary>
        public char Inserts => Language is Language.Ruby or Language.Elixir ? '#' : '$';

        public bool InsertsInto(char quote) => Language is Language.Ruby or Language.Elixir or Language.Php ? quote != '\''
            : Language is Language.Java ? quote == '"' : quote == '`';
    }

    /// <summary>Reads a program.</summary>
    /// <param name="text">The program.</param>
    /// <param name="language">Its language.</param>
    public static List<ProgramToken> Read(string text, Language language)
    {
        var rules = new Rules(language);
        var tokens = new List<ProgramToken>();
        var at = text.StartsWith("#!", StringComparison.Ordinal) ? LineEnd(text, 0) : 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if ((rules.HasHashComments && c == '#') || (rules.HasSlashComments && c == '/' && Next(text, at) == '/'))
            {
                at = LineEnd(text, at);
            }
            else if (rules.HasSlashComments && c == '/' && Next(text, at) == '*')
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else if (c is '%' or 'q' && QuotedLiterals.TryRead(text, language, tokens, ref at))
            {
            }
            else if (rules.HasPatterns && c == '/' && MayBeginRegex(tokens) && RegexEnd(text, at) is > 0 and var regexEnd)
            {
                tokens.Add(new ProgramToken(TokenKind.Text, "", at));
                at = regexEnd;
            }
            else if ((c is '"' or '\'' && !(rules.HasLifetimes && c == '\'' && !IsCharacter(text, at))) || (c == '`' && rules.HasBackticks))
            {
                var start = at;
                tokens.Add(new ProgramToken(TokenKind.Text, ReadString(text, ref at, rules), start));
            }
            else if (IsName(c))
            {
                var start = at;
                while (at < text.Length && IsName(text[at]))
                {
                    at++;
                }

                if (!(rules.HasPrefixes && at < text.Length && text[at] is '"' or '\'' && at - start <= 2))
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

    /// <summary>A character of Rust: <c>'x'</c> or <c>'\n'</c>.</summary>
    static bool IsCharacter(string text, int at) => Next(text, at) == '\\' || (at + 2 < text.Length && text[at + 2] == '\'');

    static string ReadString(string text, ref int at, Rules rules)
    {
        var quote = text[at];
        var triple = rules.HasTripleQuotes && at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
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

            if (c == '\n' && !triple && quote != '`' && !rules.HasLifetimes)
            {
                return value.ToString();
            }

            if (c == '\\' && at + 1 < text.Length)
            {
                Escape(text, ref at, value);
            }
            else if (c == rules.Inserts && rules.InsertsInto(quote) && Next(text, at) == '{')
            {
                at = ClosingBrace(text, at + 2);
                value.Append(Argument.Unknown);
            }
            else if (c == '$' && rules.Inserts == '$' && quote == '"' && rules.InsertsInto(quote)
                && (char.IsLetter(Next(text, at)) || Next(text, at) == '_'))
            {
                for (at++; at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'); at++)
                {
                }

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
            case 'r' or '\n' or '\r': break;
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

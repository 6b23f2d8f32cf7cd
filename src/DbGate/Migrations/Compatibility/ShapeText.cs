using System.Security.Cryptography;
using System.Text;
using DbGate.Statements;

namespace DbGate.Migrations.Compatibility;

/// <summary>Cuts a query down to what may be shown: no literal, no comment. Pure.</summary>
static class ShapeText
{
    const int HashLength = 12;
    const int Longest = 2000;

    /// <summary>
    /// The text with <c>?</c> for each literal, without comments, and with one space where there was white space. Parameters stay.
    /// </summary>
    public static string From(string text)
    {
        var shape = new StringBuilder(Math.Min(text.Length, Longest));
        var lexer = new Lexer(text);
        var end = 0;
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Comment)
            {
                continue;
            }

            if (shape.Length > 0 && token.Start > end)
            {
                shape.Append(' ');
            }

            end = token.End;
            if (IsLiteral(token.Kind) || lexer.Fault != LexerFault.None)
            {
                shape.Append('?');
            }
            else
            {
                shape.Append(token.In(text));
            }

            if (shape.Length > Longest)
            {
                return $"{shape.ToString(0, Longest)}…";
            }
        }

        return shape.ToString().TrimEnd(';', ' ');
    }

    /// <summary>The first digits of its SHA-256.</summary>
    public static string Hash(string shape) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape)))[..HashLength];

    /// <summary>The first word, in lower case; of a query in parentheses the first word inside.</summary>
    public static string Verb(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Word)
            {
                return token.In(text).ToString().ToLowerInvariant();
            }

            if (token.Kind != TokenKind.Comment && token.In(text) is not "(")
            {
                break;
            }
        }

        return "";
    }

    /// <summary>The names in a text: words in lower case, quoted ones as they are. Literals are read too: they may hold SQL.</summary>
    public static IReadOnlySet<string> Names(string text)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            var word = token.In(text);
            switch (token.Kind)
            {
                case TokenKind.Word:
                    names.Add(word.ToString().ToLowerInvariant());
                    break;
                case TokenKind.QuotedIdentifier:
                    names.Add(word.Trim('"').ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
                    break;
                case TokenKind.PlainString or TokenKind.DollarString when word.Length > 2 && word.Length < text.Length:
                    names.UnionWith(Names(word.Trim('\'').Trim('$').ToString()));
                    break;
                default:
                    break;
            }
        }

        return names;
    }

    static bool IsLiteral(TokenKind kind) => kind is TokenKind.PlainString or TokenKind.EscapeString or TokenKind.UnicodeString
        or TokenKind.BitString or TokenKind.DollarString or TokenKind.Number or TokenKind.Stray;
}

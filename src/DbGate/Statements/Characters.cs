using System.Buffers;

namespace DbGate.Statements;

/// <summary>
/// The character classes of PostgreSQL's lexer. A byte of 0x80 or above belongs to an identifier there; here that is a character.
/// </summary>
static class Characters
{
    public static readonly SearchValues<char> BeyondSqlOperators = SearchValues.Create("~!@#^&|`?%");

    public static bool IsSpace(char character) => character is ' ' or (>= '\t' and <= '\r');

    public static bool IsIdentifierStart(char character) => char.IsAsciiLetter(character) || character is '_' or >= '\u0080';

    public static bool IsIdentifierPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '$' or >= '\u0080';

    public static bool IsOperator(char character) =>
        character is '~' or '!' or '@' or '#' or '^' or '&' or '|' or '`' or '?' or '+' or '-' or '*' or '/' or '%' or '<' or '>' or '=';

    public static bool BeginsComment(ReadOnlySpan<char> text) => text is ['-', '-', ..] or ['/', '*', ..];

    /// <summary>How many characters are before the line's end. A carriage return ends a line too.</summary>
    public static int LineLength(ReadOnlySpan<char> text) => text.IndexOfAny('\n', '\r') is var end and >= 0 ? end : text.Length;
}

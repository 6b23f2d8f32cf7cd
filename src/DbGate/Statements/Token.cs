namespace DbGate.Statements;

/// <summary>
/// What PostgreSQL's lexer makes of a piece of text. Keywords are <see cref="Word"/>s, as the lexer alone cannot tell them.
/// </summary>
enum TokenKind
{
    /// <summary>An unquoted identifier or a keyword.</summary>
    Word,

    /// <summary><c>"Name"</c> or <c>U&amp;"Name"</c>.</summary>
    QuotedIdentifier,

    /// <summary><c>'…'</c>, with every part that continues it on a later line.</summary>
    PlainString,

    /// <summary><c>E'…'</c>.</summary>
    EscapeString,

    /// <summary><c>U&amp;'…'</c>.</summary>
    UnicodeString,

    /// <summary><c>B'…'</c> or <c>X'…'</c>.</summary>
    BitString,

    /// <summary><c>$tag$…$tag$</c>.</summary>
    DollarString,

    /// <summary><c>$1</c>.</summary>
    Parameter,

    /// <summary>An integer or a decimal number.</summary>
    Number,

    /// <summary>A run of operator characters.</summary>
    Operator,

    /// <summary>One of <c>, ( ) [ ] . ; :</c> or <c>::</c>, <c>:=</c>, <c>..</c>.</summary>
    Punctuation,

    /// <summary>A comment, nested ones included.</summary>
    Comment,

    /// <summary>A character that no statement may hold here, such as a backslash.</summary>
    Stray,
}

/// <summary>A token: kind and place. The text stays where it is.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Zero-based offset of its first character.</param>
/// <param name="Length">How many characters (UTF-16) it has.</param>
readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    /// <summary>The offset behind its last character.</summary>
    public int End => Start + Length;

    /// <summary>The token's text within the text it was read from.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text.Slice(Start, Length);
}

/// <summary>Why a text ends in the middle of a token.</summary>
enum LexerFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A quoted string has no end.</summary>
    UnterminatedString,

    /// <summary>A quoted identifier has no end.</summary>
    UnterminatedIdentifier,

    /// <summary>A dollar-quoted string has no end.</summary>
    UnterminatedDollarString,

    /// <summary>A block comment has no end.</summary>
    UnterminatedComment,
}

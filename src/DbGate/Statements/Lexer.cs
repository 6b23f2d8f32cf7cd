namespace DbGate.Statements;

/// <summary>
/// PostgreSQL's lexical rules (src/backend/parser/scan.l) over a text: enough to know where every token begins and ends.
/// It never recurses, looks at each character a bounded number of times and allocates nothing.
/// </summary>
/// <param name="text">The SQL.</param>
/// <param name="standardConformingStrings">Whether a backslash in <c>'…'</c> is an ordinary character, the server's default.</param>
ref struct Lexer(ReadOnlySpan<char> text, bool standardConformingStrings = true)
{
    readonly ReadOnlySpan<char> text = text;
    readonly bool standardConformingStrings = standardConformingStrings;
    int position;

    /// <summary>Set by the token that the text ends in the middle of.</summary>
    public LexerFault Fault { get; private set; }

    /// <summary>Reads the next token, comments included, white space skipped.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool Next(out Token token)
    {
        while (position < text.Length && Characters.IsSpace(text[position]))
        {
            position++;
        }

        if (position == text.Length)
        {
            token = default;
            return false;
        }

        var start = position;
        var kind = Read(text[start]);
        token = new Token(kind, start, position - start);
        return true;
    }

    TokenKind Read(char first) => first switch
    {
        '\'' => ReadString(1, escapes: !standardConformingStrings, TokenKind.PlainString),
        '"' => ReadQuotedIdentifier(1),
        '-' when Peek(1) == '-' => ReadLineComment(),
        '/' when Peek(1) == '*' => ReadBlockComment(),
        '$' => ReadDollar(),
        'e' or 'E' when Peek(1) == '\'' => ReadString(2, escapes: true, TokenKind.EscapeString),
        'b' or 'B' or 'x' or 'X' when Peek(1) == '\'' => ReadString(2, escapes: false, TokenKind.BitString),
        'u' or 'U' when Peek(1) == '&' && Peek(2) == '\'' => ReadString(3, escapes: false, TokenKind.UnicodeString),
        'u' or 'U' when Peek(1) == '&' && Peek(2) == '"' => ReadQuotedIdentifier(3),
        _ when Characters.IsIdentifierStart(first) => ReadWord(),
        _ when char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))) => ReadNumber(),
        ':' when Peek(1) is ':' or '=' => Take(2, TokenKind.Punctuation),
        '.' when Peek(1) == '.' => Take(2, TokenKind.Punctuation),
        ',' or '(' or ')' or '[' or ']' or '.' or ';' or ':' => Take(1, TokenKind.Punctuation),
        _ when Characters.IsOperator(first) => ReadOperator(),
        _ => Take(1, TokenKind.Stray),
    };

    readonly char Peek(int ahead) => position + ahead < text.Length ? text[position + ahead] : '\0';

    TokenKind Take(int length, TokenKind kind)
    {
        position += length;
        return kind;
    }

    TokenKind Unterminated(LexerFault fault, TokenKind kind)
    {
        Fault = fault;
        position = text.Length;
        return kind;
    }

    TokenKind ReadWord()
    {
        do
        {
            position++;
        }
        while (position < text.Length && Characters.IsIdentifierPart(text[position]));

        return TokenKind.Word;
    }

    TokenKind ReadString(int prefix, bool escapes, TokenKind kind)
    {
        position += prefix;
        while (true)
        {
            var stop = escapes ? text[position..].IndexOfAny('\'', '\\') : text[position..].IndexOf('\'');
            if (stop < 0)
            {
                return Unterminated(LexerFault.UnterminatedString, kind);
            }

            position += stop;
            if (text[position] == '\\')
            {
                position = Math.Min(position + 2, text.Length);
            }
            else if (Peek(1) == '\'')
            {
                position += 2;
            }
            else
            {
                position++;
                if (!Continues(out var inside))
                {
                    return kind;
                }

                position = inside;
            }
        }
    }

    // Two literals with a line break between them are one, read by the rules of the first: E'a' ⏎ 'b\'c'.
    readonly bool Continues(out int inside)
    {
        var lineBreak = false;
        for (inside = position; inside < text.Length; inside++)
        {
            var current = text[inside];
            if (current is '\n' or '\r')
            {
                lineBreak = true;
            }
            else if (current == '-' && inside + 1 < text.Length && text[inside + 1] == '-')
            {
                inside += Characters.LineLength(text[inside..]) - 1;
            }
            else if (!Characters.IsSpace(current))
            {
                inside++;
                return lineBreak && current == '\'';
            }
        }

        return false;
    }

    TokenKind ReadQuotedIdentifier(int prefix)
    {
        position += prefix;
        while (true)
        {
            var stop = text[position..].IndexOf('"');
            if (stop < 0)
            {
                return Unterminated(LexerFault.UnterminatedIdentifier, TokenKind.QuotedIdentifier);
            }

            position += stop + 1;
            if (Peek(0) != '"')
            {
                return TokenKind.QuotedIdentifier;
            }

            position++;
        }
    }

    TokenKind ReadDollar()
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            position++;
            SkipDigits();
            return TokenKind.Parameter;
        }

        var tag = position + 1;
        if (tag < text.Length && Characters.IsIdentifierStart(text[tag]))
        {
            do
            {
                tag++;
            }
            while (tag < text.Length && text[tag] != '$' && Characters.IsIdentifierPart(text[tag]));
        }

        if (tag >= text.Length || text[tag] != '$')
        {
            return Take(1, TokenKind.Stray);
        }

        var delimiter = text[position..(tag + 1)];
        var inside = tag + 1;
        var end = text[inside..].IndexOf(delimiter, StringComparison.Ordinal);
        return end < 0
            ? Unterminated(LexerFault.UnterminatedDollarString, TokenKind.DollarString)
            : Take(inside + end + delimiter.Length - position, TokenKind.DollarString);
    }

    TokenKind ReadLineComment() => Take(Characters.LineLength(text[position..]), TokenKind.Comment);

    TokenKind ReadBlockComment()
    {
        var depth = 1;
        position += 2;
        while (depth > 0)
        {
            var stop = text[position..].IndexOfAny('*', '/');
            if (stop < 0)
            {
                return Unterminated(LexerFault.UnterminatedComment, TokenKind.Comment);
            }

            position += stop;
            var step = (text[position], Peek(1)) switch
            {
                ('/', '*') => 1,
                ('*', '/') => -1,
                _ => 0,
            };
            depth += step;
            position += step == 0 ? 1 : 2;
        }

        return TokenKind.Comment;
    }

    TokenKind ReadNumber()
    {
        if (Peek(0) == '0' && Peek(1) is 'x' or 'X' or 'o' or 'O' or 'b' or 'B' && char.IsAsciiHexDigit(Peek(2)))
        {
            position += 2;
            while (char.IsAsciiHexDigit(Peek(0)))
            {
                position++;
            }

            return TokenKind.Number;
        }

        SkipDigits();
        if (Peek(0) == '.' && Peek(1) != '.')
        {
            position++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            position += 2;
            SkipDigits();
        }

        return TokenKind.Number;
    }

    void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)) || (Peek(0) == '_' && char.IsAsciiDigit(Peek(1))))
        {
            position++;
        }
    }

    // An operator ends where a comment begins, and ends in + or - only if it holds a character that SQL's own operators lack.
    TokenKind ReadOperator()
    {
        var end = position + 1;
        while (end < text.Length && Characters.IsOperator(text[end]) && !Characters.BeginsComment(text[end..]))
        {
            end++;
        }

        if (!text[position..end].ContainsAny(Characters.BeyondSqlOperators))
        {
            while (end > position + 1 && text[end - 1] is '+' or '-')
            {
                end--;
            }
        }

        return Take(end - position, TokenKind.Operator);
    }
}

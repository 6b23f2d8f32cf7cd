namespace DbGate.Statements;

/// <summary>
/// What must be remembered of the tokens of a statement to know which semicolon ends it. In a routine's
/// <c>BEGIN ATOMIC</c> body every statement ends with a semicolon, so the <c>END</c> that closes the body is the one that
/// follows a semicolon (or <c>ATOMIC</c>); the <c>END</c> of a <c>CASE</c>, or a column named so, never does.
/// </summary>
struct StatementShape
{
    int words;
    int parentheses;
    bool routine;
    bool couldBeRoutine;
    bool begin;
    bool body;
    bool bodyMayEnd;

    /// <summary>Takes the next token in.</summary>
    /// <returns>True when it is the semicolon that ends the statement.</returns>
    public bool EndsAt(Token token, ReadOnlySpan<char> text)
    {
        if (token.Kind == TokenKind.Word)
        {
            TakeWord(token.In(text));
            return false;
        }

        begin = false;
        words = int.MaxValue;
        if (token.Kind != TokenKind.Punctuation)
        {
            bodyMayEnd = false;
            return false;
        }

        var semicolon = false;
        switch (text[token.Start])
        {
            case '(':
                parentheses++;
                break;
            case ')':
                parentheses = Math.Max(0, parentheses - 1);
                break;
            case ';':
                semicolon = parentheses == 0;
                break;
            default:
                break;
        }

        bodyMayEnd = body && semicolon;
        return semicolon && !body;
    }

    void TakeWord(ReadOnlySpan<char> word)
    {
        if (words <= 3)
        {
            couldBeRoutine = words switch
            {
                0 => Is(word, "create"),
                1 => couldBeRoutine && (Is(word, "or") || IsRoutine(word)),
                2 => couldBeRoutine && Is(word, "replace"),
                _ => couldBeRoutine && IsRoutine(word),
            };
            routine |= couldBeRoutine && IsRoutine(word);
            words++;
        }

        if (body)
        {
            body = !(bodyMayEnd && Is(word, "end"));
            bodyMayEnd = false;
        }
        else if (routine && parentheses == 0)
        {
            body = bodyMayEnd = begin && Is(word, "atomic");
            begin = Is(word, "begin");
        }
    }

    static bool IsRoutine(ReadOnlySpan<char> word) => Is(word, "function") || Is(word, "procedure");

    static bool Is(ReadOnlySpan<char> word, string keyword) => word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}

namespace DbGate.Statements.Parsing;

/// <summary>Walks over a statement's tokens, comments left out.</summary>
sealed class TokenCursor
{
    readonly string text;
    readonly List<Token> tokens = [];
    int index;

    public TokenCursor(string text)
    {
        this.text = text;
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            if (token.Kind != TokenKind.Comment)
            {
                tokens.Add(token);
            }
        }
    }

    public bool AtEnd => index >= tokens.Count;

    public Token Current => AtEnd ? new Token(TokenKind.Stray, text.Length, 0) : tokens[index];

    /// <summary>Where the token before the current one begins.</summary>
    public int PreviousStart => index == 0 ? 0 : tokens[Math.Min(index, tokens.Count) - 1].Start;

    public int Count => tokens.Count;

    public string CurrentText => Current.In(text).ToString();

    /// <summary>Whether the current token is this keyword.</summary>
    public bool Is(string keyword) => IsAt(index, keyword);

    /// <summary>Whether the current token is this punctuation or operator.</summary>
    public bool IsSymbol(string symbol) =>
        Current.Kind is TokenKind.Punctuation or TokenKind.Operator && Current.In(text).SequenceEqual(symbol);

    /// <summary>Whether the token behind the current one is this punctuation or operator.</summary>
    public bool NextIsSymbol(string symbol) =>
        index + 1 < tokens.Count && tokens[index + 1] is var next
        && next.Kind is TokenKind.Punctuation or TokenKind.Operator && next.In(text).SequenceEqual(symbol);

    /// <summary>Whether the token behind the current one is a string.</summary>
    public bool NextIsString =>
        index + 1 < tokens.Count && tokens[index + 1].Kind is TokenKind.PlainString or TokenKind.EscapeString or TokenKind.DollarString;

    /// <summary>Whether the current token is a string.</summary>
    public bool IsString =>
        Current.Kind is TokenKind.PlainString or TokenKind.EscapeString or TokenKind.DollarString;

    /// <summary>Steps over these keywords if all of them come next.</summary>
    public bool Take(string keywords)
    {
        var at = index;
        foreach (var range in keywords.AsSpan().Split(' '))
        {
            if (!IsAt(at++, keywords.AsSpan(range)))
            {
                return false;
            }
        }

        index = at;
        return true;
    }

    public bool TakeSymbol(string symbol)
    {
        var found = IsSymbol(symbol);
        index += found ? 1 : 0;
        return found;
    }

    public void Skip() => index++;

    /// <summary>Steps over one token, or over a whole pair of parentheses or brackets with what it holds.</summary>
    public void SkipBalanced()
    {
        var depth = 0;
        do
        {
            depth += IsSymbol("(") || IsSymbol("[") ? 1 : IsSymbol(")") || IsSymbol("]") ? -1 : 0;
            index++;
        }
        while (depth > 0 && !AtEnd);
    }

    /// <summary>Goes on to one of the keywords outside of parentheses.</summary>
    /// <returns>False, at the end, when none comes.</returns>
    public bool SkipTo(params ReadOnlySpan<string> keywords)
    {
        while (!AtEnd)
        {
            foreach (var keyword in keywords)
            {
                if (Is(keyword))
                {
                    return true;
                }
            }

            SkipBalanced();
        }

        return false;
    }

    /// <summary>Whether the keywords come next in what is left, outside of parentheses. Does not move.</summary>
    public bool Ahead(string keywords)
    {
        var start = index;
        var found = false;
        while (!AtEnd && !found)
        {
            found = Take(keywords);
            if (!found)
            {
                SkipBalanced();
            }
        }

        index = start;
        return found;
    }

    /// <summary>An identifier, folded; empty at the end.</summary>
    public string Identifier()
    {
        var token = Current;
        index++;
        return token.Kind switch
        {
            TokenKind.Word => token.In(text).ToString().ToLowerInvariant(),
            TokenKind.QuotedIdentifier => Unquote(token.In(text)),
            _ => token.In(text).ToString(),
        };
    }

    public QualifiedName Name()
    {
        string? schema = null;
        var name = Identifier();
        while (TakeSymbol("."))
        {
            schema = name;
            name = Identifier();
        }

        return new QualifiedName(schema, name);
    }

    /// <summary>Names with commas between them.</summary>
    public IReadOnlyList<QualifiedName> Names()
    {
        var names = new List<QualifiedName>();
        do
        {
            _ = Take("only");
            names.Add(Name());
            _ = TakeSymbol("*");
        }
        while (TakeSymbol(","));

        return names;
    }

    /// <summary>The identifiers of <c>(a, b)</c>; null means anything else between two commas.</summary>
    public IReadOnlyList<string?> ParenthesizedColumns()
    {
        var columns = new List<string?>();
        if (!TakeSymbol("("))
        {
            return columns;
        }

        while (!AtEnd && !IsSymbol(")"))
        {
            var column = Current.Kind is TokenKind.Word or TokenKind.QuotedIdentifier ? Identifier() : null;
            columns.Add(IsSymbol("(") || IsSymbol(".") ? null : column);
            while (!AtEnd && !IsSymbol(")") && !IsSymbol(","))
            {
                SkipBalanced();
            }

            _ = TakeSymbol(",");
        }

        index++;
        return columns;
    }

    /// <summary>The value of the current token when it is a string in quotes; null for any other.</summary>
    public string? StringValue() => Current.Kind switch
    {
        TokenKind.PlainString => CurrentText[1..^1].Replace("''", "'", StringComparison.Ordinal),
        TokenKind.EscapeString => CurrentText[2..^1]
            .Replace("''", "'", StringComparison.Ordinal)
            .Replace("\\'", "'", StringComparison.Ordinal),
        _ => null,
    };

    /// <summary>The text from an offset up to the current token.</summary>
    public string TextFrom(int start) => index == 0 ? "" : text[start..Math.Max(start, tokens[Math.Min(index, tokens.Count) - 1].End)];

    bool IsAt(int at, ReadOnlySpan<char> keyword) =>
        at < tokens.Count && tokens[at].Kind == TokenKind.Word && tokens[at].In(text).Equals(keyword, StringComparison.OrdinalIgnoreCase);

    static string Unquote(ReadOnlySpan<char> quoted)
    {
        var inside = quoted[(quoted.IndexOf('"') + 1)..].TrimEnd('"');
        return quoted[^1] == '"' && quoted.Contains("\"\"", StringComparison.Ordinal)
            ? quoted[(quoted.IndexOf('"') + 1)..^1].ToString().Replace("\"\"", "\"", StringComparison.Ordinal)
            : inside.ToString();
    }
}

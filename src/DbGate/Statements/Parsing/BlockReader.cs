namespace DbGate.Statements.Parsing;

/// <summary>
/// Finds the SQL statements in the body of a DO block: what begins behind a semicolon or behind one of PL/pgSQL's opening
/// words. EXECUTE of a constant is read through; any other is reported as dynamic.
/// </summary>
static class BlockReader
{
    static readonly string[] Openers = ["begin", "then", "else", "loop"];
    static readonly string[] Verbs =
        ["create", "alter", "drop", "truncate", "delete", "update", "insert", "reindex", "cluster", "refresh", "with", "execute",
            "perform", "merge", "select", "call", "grant", "revoke", "lock"];

    public static IEnumerable<(int Offset, ParsedStatement Statement)> Read(DoBlock block) => Read(block.Body, block.BodyOffset);

    static IEnumerable<(int Offset, ParsedStatement Statement)> Read(string body, int offset)
    {
        foreach (var (start, end) in Pieces(body))
        {
            if (Parse(body[start..end]) is { } statement)
            {
                yield return (offset + start, statement);
            }
        }
    }

    static ParsedStatement? Parse(string piece)
    {
        var cursor = new TokenCursor(piece);
        if (!cursor.Take("execute"))
        {
            return StatementParser.Parse(piece) is var parsed and not OtherStatement { Calls.Count: 0 } ? parsed : null;
        }

        return cursor.Count == 2 && cursor.StringValue() is { } constant ? StatementParser.Parse(constant)
            : Formatted(cursor) is { } formatted ? StatementParser.Parse(formatted)
            : new DynamicSql();
    }

    // format('DROP TABLE %I', 'Post') of constants alone.
    static string? Formatted(TokenCursor cursor)
    {
        if (!cursor.Take("format") || !cursor.TakeSymbol("(") || cursor.StringValue() is not { } text)
        {
            return null;
        }

        cursor.Skip();
        while (cursor.TakeSymbol(","))
        {
            if (cursor.StringValue() is not { } value
                || text.IndexOf('%', StringComparison.Ordinal) is not (>= 0 and var at)
                || at + 1 == text.Length)
            {
                return null;
            }

            var shown = text[at + 1] switch
            {
                'I' => QualifiedName.Quote(value),
                'L' => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
                _ => value,
            };
            text = $"{text[..at]}{shown}{text[(at + 2)..]}";
            cursor.Skip();
        }

        return cursor.TakeSymbol(")") && cursor.AtEnd && !text.Contains('%', StringComparison.Ordinal) ? text : null;
    }

    static List<(int Start, int End)> Pieces(string body)
    {
        var pieces = new List<(int, int)>();
        var lexer = new Lexer(body);
        int? start = null;
        var end = 0;
        var opening = true;
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Comment)
            {
                continue;
            }

            var word = token.Kind == TokenKind.Word ? token.In(body).ToString().ToLowerInvariant() : "";
            if (token.Kind == TokenKind.Punctuation && body[token.Start] == ';')
            {
                Close();
                opening = true;
                continue;
            }

            if (opening && Verbs.Contains(word))
            {
                start = token.Start;
            }

            opening = start is null && Openers.Contains(word);
            end = token.End;
        }

        Close();
        return pieces;

        void Close()
        {
            if (start is { } begin)
            {
                pieces.Add((begin, end));
            }

            start = null;
        }
    }
}

namespace DbGate.Migrations.Statements.Parsing;

/// <summary>
/// Finds the SQL statements in the body of a DO block: what begins behind a semicolon or behind one of PL/pgSQL's opening
/// words. EXECUTE of a constant is read through; any other is reported as dynamic.
/// </summary>
static class BlockReader
{
    static readonly string[] Openers = ["begin", "then", "else", "loop"];
    static readonly string[] Verbs =
        ["create", "alter", "drop", "truncate", "delete", "update", "insert", "reindex", "cluster", "refresh", "with", "execute", "perform"];

    public static IEnumerable<(int Offset, ParsedStatement Statement)> Read(DoBlock block)
    {
        foreach (var (start, end) in Pieces(block.Body))
        {
            if (Parse(block.Body[start..end]) is { } statement)
            {
                yield return (block.BodyOffset + start, statement);
            }
        }
    }

    static ParsedStatement? Parse(string piece)
    {
        var cursor = new TokenCursor(piece);
        if (!cursor.Take("execute"))
        {
            return StatementParser.Parse(piece) is var parsed and not OtherStatement ? parsed : null;
        }

        var constant = cursor.Current.Kind is TokenKind.PlainString && cursor.Count == 2;
        return constant
            ? StatementParser.Parse(cursor.CurrentText[1..^1].Replace("''", "'", StringComparison.Ordinal))
            : new DynamicSql();
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

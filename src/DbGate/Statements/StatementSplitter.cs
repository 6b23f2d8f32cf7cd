using DbGate.Problems;

namespace DbGate.Statements;

/// <summary>
/// Takes a migration file apart into statements the way the server's parser does: at each semicolon outside parentheses
/// (the actions of a rule are in them) and outside a <c>BEGIN ATOMIC … END</c> body. One pass, no recursion.
/// </summary>
static class StatementSplitter
{
    /// <summary>Splits a file.</summary>
    /// <param name="text">The file's text. A byte-order mark is not a part of the first statement.</param>
    /// <param name="file">The path to name in problems.</param>
    /// <param name="standardConformingStrings">The server's setting when the file is run.</param>
    /// <exception cref="GateException">The file holds what only psql understands, or ends within a quote or a comment.</exception>
    public static SqlScript Split(string text, string file, bool standardConformingStrings = true)
    {
        if (text.IndexOf('\0', StringComparison.Ordinal) is var zero and >= 0)
        {
            throw new GateException(StatementProblems.ZeroByte(At(file, text, zero)));
        }

        var statements = new List<SqlStatement>();
        var comments = new List<SqlComment>();
        var lines = new LineCounter(text);
        var lexer = new Lexer(text is ['\uFEFF', ..] ? $" {text.AsSpan(1)}" : text, standardConformingStrings);
        var shape = new StatementShape();
        (int Offset, int Line, int Column)? start = null;
        var end = 0;

        while (lexer.Next(out var token))
        {
            if (lexer.Fault != LexerFault.None)
            {
                throw new GateException(StatementProblems.Unterminated(lexer.Fault, At(file, text, token.Start)));
            }

            if (token.Kind == TokenKind.Comment)
            {
                comments.Add(new SqlComment(token.In(text).ToString(), token.Start, lines.At(token.Start).Line));
                continue;
            }

            if (shape.EndsAt(token, text))
            {
                Close();
                continue;
            }

            if (token.Kind == TokenKind.Stray && text[token.Start] == '\\')
            {
                var length = Characters.LineLength(text.AsSpan(token.Start));
                throw new GateException(StatementProblems.PsqlCommand(text.Substring(token.Start, length), At(file, text, token.Start)));
            }

            start ??= Place(token.Start);
            end = token.End;
        }

        Close();
        return new SqlScript(file, text, statements, comments);

        (int Offset, int Line, int Column) Place(int offset)
        {
            var (line, column) = lines.At(offset);
            return (offset, line, column);
        }

        void Close()
        {
            if (start is { } first)
            {
                var statement = new SqlStatement(text[first.Offset..end], first.Offset, first.Line, first.Column);
                StatementRules.Demand(statement, new SourceLocation(file, first.Line, first.Column));
                statements.Add(statement);
            }

            start = null;
            shape = new StatementShape();
        }
    }

    static SourceLocation At(string file, string text, int offset)
    {
        var (line, column) = new LineCounter(text).At(offset);
        return new SourceLocation(file, line, column);
    }
}

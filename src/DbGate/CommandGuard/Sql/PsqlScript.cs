using System.Text;
using DbGate.Statements;

namespace DbGate.CommandGuard.Sql;

/// <summary>A text for psql, split into SQL that a server would get, included files, and what only psql itself runs. Offsets stay the
/// same.</summary>
/// <param name="Sql">The text with commands of psql and rows of <c>COPY</c> overwritten by blanks.</param>
/// <param name="Includes">Files that <c>\i</c> and <c>\ir</c> read.</param>
/// <param name="Unclear">Why the text cannot be judged as a whole; null when it can.</param>
sealed record PsqlScript(string Sql, IReadOnlyList<(int Offset, string File)> Includes, string? Unclear)
{
    public static PsqlScript Read(string text)
    {
        var sql = new StringBuilder(text);
        var includes = new List<(int, string)>();
        string? unclear = null;
        var words = new List<string>();
        var (from, resume, statement) = (0, 0, -1);
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            var (start, end) = (from + token.Start, from + token.End);
            if (start < resume || token.Kind == TokenKind.Comment)
            {
                continue;
            }

            var part = text.AsSpan(start, token.Length);
            if (token.Kind == TokenKind.Stray && part is "\\")
            {
                resume = LineEnd(text, start);
                unclear ??= Command(text[start..resume], start, includes);
                Blank(sql, start, resume, text.AsSpan(start).StartsWith("\\g"));
            }
            else if (token.Kind == TokenKind.Punctuation && part is ";")
            {
                if (words is ["copy", ..] && words.Contains("from") && words[^1] == "stdin")
                {
                    var rows = text.IndexOf("\n\\.", end, StringComparison.Ordinal);
                    resume = from = rows < 0 ? text.Length : LineEnd(text, rows + 1);
                    Blank(sql, statement, resume, false);
                    lexer = new Lexer(text.AsSpan(from));
                }

                words.Clear();
                statement = -1;
            }
            else if (token.Kind == TokenKind.Word && words.Count < 200)
            {
                statement = statement < 0 ? start : statement;
                words.Add(part.ToString().ToLowerInvariant());
            }
        }

        return new PsqlScript(sql.ToString(), includes, unclear);
    }

    static string? Command(string line, int offset, List<(int, string)> includes)
    {
        var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        switch (parts.FirstOrDefault())
        {
            case "\\i" or "\\ir" or "\\include" or "\\include_relative" when parts.Length > 1:
                includes.Add((offset, parts[1].Trim('\'', '"')));
                return null;
            case "\\!":
                return "\\! runs a command of the shell";
            case "\\gexec":
                return "\\gexec runs SQL that a query returns";
            default:
                return null;
        }
    }

    static int LineEnd(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    static void Blank(StringBuilder sql, int start, int end, bool endsStatement)
    {
        for (var index = start; index < end; index++)
        {
            sql[index] = sql[index] == '\n' ? '\n' : ' ';
        }

        if (endsStatement)
        {
            sql[start] = ';';
        }
    }
}

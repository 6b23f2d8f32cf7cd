using System.Text;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Backups.Restores;

/// <summary>
/// Cuts a large text of <c>pg_dump</c> into pieces of whole statements, so that each can be taken apart in bounded memory. It cuts before
/// the comment that <c>pg_dump</c> writes in front of every object. Where such a line is inside a function's body or a string, the piece
/// does not end there: it is lengthened until it is whole.
/// </summary>
static class StatementChunks
{
    /// <summary>Characters of a piece, about.</summary>
    public const int Usual = 4 << 20;

    const string Comment = "-- Name: ";

    /// <summary>The pieces; together they are the text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="size">Characters of a piece, at least, but for the last one.</param>
    public static IEnumerable<string> Read(TextReader reader, int size = Usual)
    {
        var (piece, line) = (new StringBuilder(), new StringBuilder());
        var wanted = size;
        while (ReadLine(reader, line))
        {
            if (piece.Length >= wanted && Begins(line))
            {
                if (piece.ToString() is var text && IsWhole(text))
                {
                    yield return text;
                    piece.Clear();
                    wanted = size;
                }
                else
                {
                    // Twice as long before it is read again: a body with many such lines costs no more than its length.
                    wanted = piece.Length * 2;
                }
            }

            piece.Append(line);
        }

        if (piece.Length > 0)
        {
            yield return piece.ToString();
        }
    }

    // With its end: a carriage return may be part of a body.
    static bool ReadLine(TextReader reader, StringBuilder line)
    {
        line.Clear();
        for (int read; (read = reader.Read()) >= 0;)
        {
            line.Append((char)read);
            if (read == '\n')
            {
                break;
            }
        }

        return line.Length > 0;
    }

    static bool Begins(StringBuilder line) =>
        line.Length >= Comment.Length && line.ToString(0, Comment.Length).Equals(Comment, StringComparison.Ordinal);

    static bool IsWhole(string text)
    {
        try
        {
            var script = StatementSplitter.Split(text, "the archive");
            return script.Statements.Count == 0 || text.AsSpan(script.Statements[^1].End).TrimStart().StartsWith(';');
        }
        catch (GateException)
        {
            return false;
        }
    }
}

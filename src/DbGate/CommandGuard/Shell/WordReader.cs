using System.Text;

namespace DbGate.CommandGuard.Shell;

/// <summary>The lexical half of the shell reader: characters to words. Total: any text gives words, in linear time.</summary>
sealed partial class WordReader(string text, int baseOffset, int depth)
{
    /// <summary>Deeper substitutions are taken as opaque.</summary>
    internal const int DeepestNesting = 60;

    readonly StringBuilder literal = new();
    readonly Dictionary<string, int> ends = new(StringComparer.Ordinal);
    int depth = depth;

    /// <summary>What to add to a position to get an offset into the whole source.</summary>
    public int BaseOffset => baseOffset;

    public int Position { get; set; }

    public char Current => Position < text.Length ? text[Position] : '\0';

    public bool AtEnd => Position >= text.Length;

    public char Ahead(int by = 1) => Position + by < text.Length ? text[Position + by] : '\0';

    /// <summary>How deep the text nests here, over all constructs.</summary>
    public bool CanNest => depth < DeepestNesting;

    /// <summary>Runs a reader of a nested construct.</summary>
    public T Nest<T>(Func<T> read)
    {
        depth++;
        var result = read();
        depth--;
        return result;
    }

    /// <summary>Where a token is next, or -1. Each stretch of text is searched once, so that reading stays linear.</summary>
    public int Next(string token)
    {
        if (!ends.TryGetValue(token, out var known) || (known >= 0 && known < Position))
        {
            known = text.IndexOf(token, Position, StringComparison.Ordinal);
            ends[token] = known;
        }

        return known;
    }

    public bool At(string token) => string.CompareOrdinal(text, Position, token, 0, token.Length) == 0;

    /// <summary>Skips blanks and continued lines, but no line end.</summary>
    public void SkipBlanks()
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t' or '\v' or '\f' || (Current == '\r' && Ahead() is '\n' or '\0'))
            {
                Position++;
            }
            else if (Current == '\\' && ContinuationLength() is > 0 and var length)
            {
                Position += length;
            }
            else
            {
                return;
            }
        }
    }

    public void SkipLine()
    {
        var end = text.IndexOf('\n', Position);
        Position = end < 0 ? text.Length : end;
    }

    public static bool EndsWord(char c) => c is ' ' or '\t' or '\n' or '\r' or ';' or '&' or '|' or '<' or '>' or '(' or ')' or '\0';

    /// <summary>Reads one word; empty when the position is at none.</summary>
    public Word Read()
    {
        var start = Position;
        var parts = new List<WordPart>();
        while (!AtEnd)
        {
            if (Current == '\\' && ContinuationLength() is > 0 and var length)
            {
                Position += length;
            }
            else if (EndsWord(Current) && !IsEmbeddedReturn())
            {
                if (Current != '\0')
                {
                    break;
                }

                Position++;
            }
            else
            {
                Part(parts, isQuoted: false);
            }
        }

        Flush(parts, isQuoted: false);
        return new Word(start, text[start..Position], parts);
    }

    /// <summary>Reads a here-document's text for its expansions only: its commands are what matters.</summary>
    public Word ReadDocument()
    {
        var parts = new List<WordPart>();
        DoubleQuotedUntil('\0', parts);
        return new Word(0, text, parts);
    }

    bool IsEmbeddedReturn() => Current == '\r' && Ahead() is not ('\n' or '\0');

    int ContinuationLength() => Ahead() == '\n' ? 2 : Ahead() == '\r' && Ahead(2) == '\n' ? 3 : 0;

    void Part(List<WordPart> parts, bool isQuoted)
    {
        switch (Current)
        {
            case '\'':
                Flush(parts, isQuoted);
                SingleQuoted(parts);
                break;
            case '"':
                Flush(parts, isQuoted);
                Position++;
                DoubleQuotedUntil('"', parts);
                break;
            case '\\':
                if (Position + 1 < text.Length)
                {
                    literal.Append(text[Position + 1]);
                }

                Position = Math.Min(text.Length, Position + 2);
                break;
            case '$':
                Dollar(parts, isQuoted);
                break;
            case '`':
                Flush(parts, isQuoted);
                Backticks(parts, isQuoted);
                break;
            default:
                literal.Append(Current);
                Position++;
                break;
        }
    }

    void Flush(List<WordPart> parts, bool isQuoted)
    {
        if (literal.Length > 0)
        {
            parts.Add(new LiteralPart(literal.ToString(), isQuoted));
            literal.Clear();
        }
    }

    void SingleQuoted(List<WordPart> parts)
    {
        var end = text.IndexOf('\'', Position + 1);
        end = end < 0 ? text.Length : end;
        parts.Add(new LiteralPart(text[(Position + 1)..end], true));
        Position = Math.Min(text.Length, end + 1);
    }

    void DoubleQuotedUntil(char close, List<WordPart> parts)
    {
        var before = parts.Count;
        while (!AtEnd && !(close != '\0' && Current == close))
        {
            if (Current == '\\')
            {
                if (ContinuationLength() is > 0 and var length)
                {
                    Position += length;
                    continue;
                }

                if (Ahead() is '$' or '`' or '"' or '\\')
                {
                    Position++;
                }

                literal.Append(Current);
                Position++;
            }
            else if (Current == '$')
            {
                Dollar(parts, isQuoted: true);
            }
            else if (Current == '`')
            {
                Flush(parts, isQuoted: true);
                Backticks(parts, isQuoted: true);
            }
            else
            {
                literal.Append(Current);
                Position++;
            }
        }

        Position = Math.Min(text.Length, Position + 1);
        Flush(parts, isQuoted: true);
        if (parts.Count == before)
        {
            parts.Add(new LiteralPart("", true));
        }
    }

    static int Digit(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;

    static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}

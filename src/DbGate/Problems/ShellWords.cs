using System.Text;

namespace DbGate.Problems;

/// <summary>A word of a line.</summary>
/// <param name="Text">Without its quotes.</param>
/// <param name="HasPlaceholder">True when a <c>&lt;name&gt;</c> is in it outside quotes.</param>
readonly record struct ShellWord(string Text, bool HasPlaceholder);

/// <summary>Takes a line apart as a POSIX shell does: blanks, single quotes, double quotes, backslashes. Pure.</summary>
static class ShellWords
{
    /// <summary>
    /// The words; null for a comment, or for a line that needs a shell (a pipe, a list, a redirection, a variable, an open quote).
    /// </summary>
    public static List<ShellWord>? TryRead(string line)
    {
        var words = new List<ShellWord>();
        StringBuilder? word = null;
        var hasPlaceholder = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case ' ' or '\t':
                    End();
                    break;
                case '\'' or '"' when ClosingQuote(line, i) is var end:
                    if (end < 0)
                    {
                        return null;
                    }

                    (word ??= new StringBuilder()).Append(line[i] == '"' ? Unescaped(line[(i + 1)..end]) : line[(i + 1)..end]);
                    i = end;
                    break;
                case '\\' when i + 1 < line.Length:
                    (word ??= new StringBuilder()).Append(line[++i]);
                    break;
                case '<' when line.IndexOf('>', i) is > 0 and var close: // a placeholder
                    (word ??= new StringBuilder()).Append(line, i, close - i + 1);
                    hasPlaceholder = true;
                    i = close;
                    break;
                case '|' or ';' or '&' or '<' or '>' or '$' or '`' or '(' or ')':
                case '#' when word is null:
                    return null;
                default:
                    (word ??= new StringBuilder()).Append(line[i]);
                    break;
            }
        }

        End();
        return words;

        void End()
        {
            if (word is not null)
            {
                words.Add(new(word.ToString(), hasPlaceholder));
                (word, hasPlaceholder) = (null, false);
            }
        }
    }

    static int ClosingQuote(string line, int start)
    {
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] == line[start])
            {
                return i;
            }

            i += line[start] == '"' && line[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    /// <summary>Within double quotes a backslash escapes four characters, and is itself before all others.</summary>
    static string Unescaped(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            i += text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ('"' or '\\' or '$' or '`') ? 1 : 0;
            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}

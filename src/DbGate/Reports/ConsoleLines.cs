using System.Text;
using System.Text.RegularExpressions;

namespace DbGate.Reports;

/// <summary>Lines of a console, broken between words at its width; what follows a break is indented as the text before it.</summary>
/// <param name="width">Columns; null breaks nothing.</param>
sealed partial class ConsoleLines(int? width)
{
    /// <summary>In less, broken text cannot be read.</summary>
    const int NarrowestText = 24;

    readonly StringBuilder text = new();

    /// <summary>A name, which stays whole, and a text behind it.</summary>
    public void Add(string start, string value)
    {
        var indent = Colours().Replace(start, "").Length;
        text.Append(start).Append(width is { } columns ? Break(value, indent, columns) : value).Append('\n');
    }

    /// <summary>A line that is never broken, because people paste it.</summary>
    public void AddWhole(string line) => text.Append(line).Append('\n');

    /// <summary>Lines that were made already, after an empty one.</summary>
    public void AddBlock(string lines) => text.Append('\n').Append(lines);

    /// <summary>Digests of 40 digits and more, cut to 8.</summary>
    public static string WithShortDigests(string text) => Digest().Replace(text, digest => digest.Value[..8]);

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    static string Break(string value, int indent, int columns)
    {
        var room = columns - indent;
        if (room < NarrowestText || value.Length <= room)
        {
            return value;
        }

        var (broken, line) = (new StringBuilder(), 0);
        foreach (var word in value.Split(' '))
        {
            if (line > 0 && line + 1 + word.Length > room)
            {
                broken.Append('\n').Append(' ', indent);
                line = 0;
            }
            else if (line > 0 || broken.Length > 0)
            {
                broken.Append(' ');
                line++;
            }

            broken.Append(word);
            line += word.Length;
        }

        return broken.ToString();
    }

    [GeneratedRegex("\u001b\\[[0-9]+m")]
    private static partial Regex Colours();

    [GeneratedRegex(@"(?<![0-9A-Za-z_/=.-])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9A-Za-z_/-])")]
    private static partial Regex Digest();
}

using System.Globalization;
using System.Text;

namespace DbGate.Texts;

/// <summary>Makes foreign text harmless for people's screens.</summary>
static class TextSanitizer
{
    /// <summary>One line, without control characters: an object's name must not move a cursor or forge a line.</summary>
    public static string Line(string? text)
    {
        if (text is null)
        {
            return "";
        }

        if (!text.Any(IsHarmful))
        {
            return WithoutCommands(text);
        }

        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' or '\t' => line.Append(' '),
                _ when IsHarmful(c) => line.Append($"\\u{(int)c:x4}"),
                _ => line.Append(c),
            };
        }

        return WithoutCommands(line.ToString());
    }

    /// <summary>The same where foreign text is the first of a line: GitHub's runner reads "::command" behind blanks, too.</summary>
    internal static string LineStart(string? text)
    {
        var line = Line(text);
        return line.TrimStart().StartsWith("::", StringComparison.Ordinal)
            ? line.Insert(line.IndexOf("::", StringComparison.Ordinal), "\\")
            : line;
    }

    /// <summary>"40 ms", "1.4 s", "12 s", "3 min 20 s", "2 h", "3 days 4 h".</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalMilliseconds < 999.5 ? $"{Math.Max(0, time.TotalMilliseconds):0} ms"
        : time.TotalSeconds < 9.95 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalSeconds < 99.5 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 1 ? Parts((int)time.TotalMinutes, "min", time.Seconds, "s")
        : time.TotalHours < 48 ? Parts((int)time.TotalHours, "h", time.Minutes, "min")
        : Parts((int)time.TotalDays, "days", time.Hours, "h");

    /// <summary>"1 table", "1,204 tables".</summary>
    public static string Count(long count, string one, string many) =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    /// <summary>The first 8 digits of a digest: enough to tell two apart, and what <c>--plan</c> accepts.</summary>
    internal static string Digest(string digest) => digest[..Math.Min(8, digest.Length)];

    /// <summary>"512 B", "3.4 MB", "2.1 GB" (decimal units).</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };

    static string Parts(int large, string unit, int small, string smallUnit) =>
        small == 0 ? $"{large} {unit}" : $"{large} {unit} {small} {smallUnit}";

    // GitHub's runner takes "##[command]" for a command wherever it is in a line; "::command" only at a line's start:
    // there LineStart is used.
    static string WithoutCommands(string line) => line.Replace("##[", "## [");

    // Control characters, the ones that reorder what is read (bidirectional marks and overrides), and those that no one sees.
    static bool IsHarmful(char c) =>
        char.IsControl(c)
        || c is '\u061C' or (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u2069') or '\uFEFF';
}

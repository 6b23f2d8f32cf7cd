using System.Text;

namespace DbGate.Reports;

/// <summary>Makes foreign text harmless for people's screens.</summary>
public static class Readable
{
    /// <summary>One line, without control characters: an object's name must not move a cursor or forge a line.</summary>
    public static string Line(string? text)
    {
        if (text is null)
        {
            return "";
        }

        var needs = false;
        foreach (var c in text)
        {
            needs |= IsHarmful(c);
        }

        if (!needs)
        {
            return text;
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

        return line.ToString();
    }

    /// <summary>"0.4 s", "12 s", "3 min 20 s".</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 10 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalSeconds < 100 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
        : $"{(int)time.TotalHours} h {time.Minutes} min";

    /// <summary>"512 B", "3.4 MB", "2.1 GB" (decimal units).</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };

    // Control characters, and the ones that reorder what is read (bidirectional overrides).
    static bool IsHarmful(char c) => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}

namespace DbGate.CommandGuard.Files;

/// <summary>A piece of text that knows on which line of which file each of its characters is.</summary>
sealed class SourceText
{
    readonly int[] offsets;
    readonly int[] lines;

    SourceText(string file, string text, int[] offsets, int[] lines) =>
        (File, Text, this.offsets, this.lines) = (file, text, offsets, lines);

    public string File { get; }

    public string Text { get; }

    public static SourceText Whole(string file, string text)
    {
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        return new SourceText(file, text, [.. starts], [.. Enumerable.Range(1, starts.Count)]);
    }

    /// <summary>All of the text needs one line.</summary>
    public static SourceText OnLine(string file, string text, int line) => new(file, text, [0], [line]);

    /// <summary>A value that a parser took out of the lines <paramref name="first"/> to <paramref name="last"/>: finds the lines again,
    /// whatever the format did to indentation and line ends.</summary>
    public static SourceText Extracted(string file, string text, IReadOnlyList<string> physical, int first, int last)
    {
        if (last <= first || physical.Count == 0)
        {
            return OnLine(file, text, first);
        }

        List<int> offsets = [0];
        List<int> lines = [first];
        var at = 0;
        for (var line = first; line <= Math.Min(last, physical.Count); line++)
        {
            var content = physical[line - 1].AsSpan().Trim().Trim("\"'");
            if (content.Length == 0)
            {
                continue;
            }

            var found = text.AsSpan(at).IndexOf(content, StringComparison.Ordinal);
            if (found < 0)
            {
                continue;
            }

            // What the line is indented by belongs to it, too.
            var start = Math.Max(at, text.LastIndexOf('\n', at + found) + 1);
            if (start > offsets[^1])
            {
                offsets.Add(start);
                lines.Add(line);
            }
            else
            {
                lines[^1] = line;
            }

            at += found + content.Length;
        }

        return new SourceText(file, text, [.. offsets], [.. lines]);
    }

    public static SourceText Mapped(string file, string text, IReadOnlyList<(int Offset, int Line)> map) =>
        new(file, text, [.. map.Select(entry => entry.Offset)], [.. map.Select(entry => entry.Line)]);

    public SourceText Slice(int start, int length) =>
        Derive(Text.Substring(start, length), offset => start + offset);

    /// <summary>This text with something behind it, on its last line.</summary>
    public SourceText Append(string suffix) => new(File, Text + suffix, offsets, lines);

    public int LineAt(int offset)
    {
        var index = Array.BinarySearch(offsets, offset);
        return lines[index >= 0 ? index : Math.Max(0, ~index - 1)];
    }

    SourceText Derive(string text, Func<int, int> origin)
    {
        List<(int, int)> map = [(0, LineAt(origin(0)))];
        for (var index = 0; index < offsets.Length; index++)
        {
            var local = offsets[index] - origin(0);
            if (local > 0 && local < text.Length)
            {
                map.Add((local, lines[index]));
            }
        }

        return Mapped(File, text, map);
    }
}

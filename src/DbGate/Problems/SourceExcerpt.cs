namespace DbGate.Problems;

/// <summary>A place in a file with the lines around it. Pure.</summary>
/// <param name="First">The one-based number of the first line shown.</param>
/// <param name="Lines">The lines, each cut to a screen's width.</param>
/// <param name="Line">The one-based number of the line that is meant.</param>
sealed record SourceExcerpt(int First, IReadOnlyList<string> Lines, int Line)
{
    const int Before = 3;
    const int After = 2;
    const int Width = 160;

    /// <summary>Cuts it out of a text.</summary>
    public static SourceExcerpt From(string text, int line)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var meant = Math.Clamp(line, 1, lines.Length);
        var first = Math.Max(1, meant - Before);
        return new SourceExcerpt(first, [.. lines[(first - 1)..Math.Min(lines.Length, meant + After)].Select(Cut)], meant);
    }

    /// <summary>The lines as they are printed: numbered, the one that is meant with a mark.</summary>
    public IEnumerable<string> Numbered()
    {
        var digits = $"{First + Lines.Count - 1}".Length;
        return Lines.Select((text, index) =>
            $"{(First + index == Line ? '>' : ' ')} {$"{First + index}".PadLeft(digits)} | {text}".TrimEnd());
    }

    static string Cut(string line) => line.Length <= Width ? line : $"{line[..Width]}…";
}

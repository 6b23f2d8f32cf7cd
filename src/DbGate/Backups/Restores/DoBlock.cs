namespace DbGate.Backups.Restores;

/// <summary>A block of PL/pgSQL around a statement of an archive. Pure.</summary>
static class DoBlock
{
    /// <summary>The block as a statement, without its semicolon, in a quote that the text does not contain.</summary>
    /// <param name="text">The text of the archive in the block.</param>
    /// <param name="block">From its declarations to END.</param>
    public static string From(string text, string block)
    {
        var tag =
            Enumerable.Range(0, int.MaxValue)
                .Select(number => $"$dbgate{(number == 0 ? "" : number)}$")
                .First(tag => !text.Contains(tag, StringComparison.Ordinal));
        return $"DO {tag}\n{block} {tag}";
    }
}

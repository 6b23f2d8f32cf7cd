namespace DbGate.Backups.Dump;

/// <summary>Lists of identifiers as PostgreSQL quotes them: <c>id, "order", "a, b"</c>. Pure.</summary>
static class QuotedNames
{
    /// <summary>Splits a list at the commas outside of quotes; each name keeps its quotes.</summary>
    public static IReadOnlyList<string> Split(string list)
    {
        var names = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (list[i] == ',' && !isQuoted)
            {
                names.Add(list[start..i].Trim());
                start = i + 1;
            }
        }

        return list.Length == 0 ? names : [.. names, list[start..].Trim()];
    }

    /// <summary>True when both lists hold the same names, in whatever order.</summary>
    public static bool AreSame(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Count == other.Count
            && one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

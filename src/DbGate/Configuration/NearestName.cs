namespace DbGate.Configuration;

/// <summary>Finds the name that a person probably meant.</summary>
static class NearestName
{
    /// <summary>A beginning of a word that is long enough to be meant.</summary>
    const int ShortestBeginning = 6;

    /// <summary>The closest of the valid names, or null when none is close.</summary>
    public static string? From(string name, IEnumerable<string> valid)
    {
        string[] candidates = [.. valid];
        return Closest(name, candidates)
            ?? (name.Length < ShortestBeginning
                ? null
                : candidates.FirstOrDefault(candidate => candidate.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase)));
    }

    static string? Closest(string name, string[] valid) =>
        valid
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= Math.Max(2, name.Length / 3))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two texts.</summary>
    static int Distance(string a, string b)
    {
        var (beforeLast, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[b.Length];
    }
}

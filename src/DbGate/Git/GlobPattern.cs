namespace DbGate.Git;

/// <summary>A pattern in gitignore's syntax, matched against paths with forward slashes. Linear in practice, quadratic at worst.</summary>
sealed class GlobPattern
{
    readonly string[] segments;
    readonly bool isAnchored;

    GlobPattern(string[] segments, bool isAnchored, bool isNegated, bool isDirectoryOnly) =>
        (this.segments, this.isAnchored, IsNegated, IsDirectoryOnly) = (segments, isAnchored, isNegated, isDirectoryOnly);

    public bool IsNegated { get; }

    public bool IsDirectoryOnly { get; }

    /// <summary>Reads a line of a gitignore file; null for a comment or an empty line.</summary>
    public static GlobPattern? Parse(string line)
    {
        var text = line.TrimEnd('\r', '\n');
        while (text.EndsWith(' ') && !text.EndsWith("\\ ", StringComparison.Ordinal))
        {
            text = text[..^1];
        }

        if (text.Length == 0 || text[0] == '#')
        {
            return null;
        }

        var isNegated = text[0] == '!';
        text = isNegated ? text[1..] : text;
        var isDirectoryOnly = text.EndsWith('/');
        text = text.TrimEnd('/');
        if (text.Length == 0)
        {
            return null;
        }

        var isAnchored = text.Contains('/', StringComparison.Ordinal);
        return new GlobPattern(text.TrimStart('/').Split('/'), isAnchored, isNegated, isDirectoryOnly);
    }

    /// <summary>True when the pattern names the path itself.</summary>
    /// <param name="path">Relative to the folder that the pattern is in.</param>
    /// <param name="name">The path's last segment.</param>
    public bool Matches(ReadOnlySpan<char> path, ReadOnlySpan<char> name) =>
        isAnchored ? MatchesPath(path) : MatchesSegment(segments[0], name);

    /// <summary>True when the pattern names the path or a folder above it.</summary>
    public bool Covers(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var head = end < 0 ? path : path[..end];
            if ((end >= 0 || !IsDirectoryOnly) && Matches(head, head.AsSpan(head.LastIndexOf('/') + 1)))
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }
        }
    }

    bool MatchesPath(ReadOnlySpan<char> path)
    {
        Span<Range> ranges = stackalloc Range[65];
        var count = path.Split(ranges, '/');
        var (pattern, at, retryPattern, retryAt) = (0, 0, -1, 0);
        while (at < count)
        {
            if (pattern < segments.Length && segments[pattern] == "**")
            {
                (retryPattern, retryAt) = (++pattern, at);
                if (pattern == segments.Length)
                {
                    return true;
                }
            }
            else if (pattern < segments.Length && MatchesSegment(segments[pattern], path[ranges[at]]))
            {
                pattern++;
                at++;
            }
            else if (retryPattern >= 0)
            {
                (pattern, at) = (retryPattern, ++retryAt);
            }
            else
            {
                return false;
            }
        }

        return pattern == segments.Length;
    }

    static bool MatchesSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (p, n, retryP, retryN) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (retryP, retryN) = (++p, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern, ref p, name[n]))
            {
                n++;
            }
            else if (retryP >= 0)
            {
                (p, n) = (retryP, ++retryN);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    static bool MatchesOne(ReadOnlySpan<char> pattern, ref int p, char c)
    {
        switch (pattern[p])
        {
            case '?':
                p++;
                return true;
            case '\\' when p + 1 < pattern.Length:
                if (pattern[p + 1] != c)
                {
                    return false;
                }

                p += 2;
                return true;
            case '[' when pattern[(p + 1)..].IndexOf(']') is >= 0 and var length:
                var set = pattern.Slice(p + 1, length);
                var isNegated = set.Length > 0 && set[0] is '!' or '^';
                if (InSet(isNegated ? set[1..] : set, c) == isNegated)
                {
                    return false;
                }

                p += length + 2;
                return true;
            default:
                if (pattern[p] != c)
                {
                    return false;
                }

                p++;
                return true;
        }
    }

    static bool InSet(ReadOnlySpan<char> set, char c)
    {
        for (var index = 0; index < set.Length; index++)
        {
            if (index + 2 < set.Length && set[index + 1] == '-')
            {
                if (c >= set[index] && c <= set[index + 2])
                {
                    return true;
                }

                index += 2;
            }
            else if (set[index] == c)
            {
                return true;
            }
        }

        return false;
    }
}

namespace DbGate.Git;

/// <summary>Reads the checked-out commit without starting git.</summary>
static class Commits
{
    /// <summary>
    /// The commit of the checkout that holds the folder; null when it is none, or when git stores it in a way not read here.
    /// </summary>
    public static string? Find(string folder)
    {
        for (var current = folder; current is not null; current = Path.GetDirectoryName(current))
        {
            var git = Path.Combine(current, ".git");
            try
            {
                if (Directory.Exists(git))
                {
                    return Read(git, git);
                }

                if (File.Exists(git) && File.ReadAllText(git).Trim() is ['g', 'i', 't', 'd', 'i', 'r', ':', .. var worktree])
                {
                    var own = Path.GetFullPath(worktree.Trim(), current);
                    var common = Path.Combine(own, "commondir");
                    return Read(own, File.Exists(common) ? Path.GetFullPath(File.ReadAllText(common).Trim(), own) : own);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return null;
    }

    static string? Read(string own, string common)
    {
        var head = File.ReadAllText(Path.Combine(own, "HEAD")).Trim();
        var hash = head.StartsWith("ref: ", StringComparison.Ordinal) ? Resolve(head[5..], common) : head;
        return hash is not null && IsHash(hash) ? hash : null;
    }

    static string? Resolve(string name, string common)
    {
        var loose = Path.Combine(common, name);
        var packed = Path.Combine(common, "packed-refs");
        return File.Exists(loose) ? File.ReadAllText(loose).Trim()
            : File.Exists(packed)
                ? File.ReadLines(packed).FirstOrDefault(line => line.EndsWith(" " + name, StringComparison.Ordinal))?.Split(' ')[0]
                : null;
    }

    static bool IsHash(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
}

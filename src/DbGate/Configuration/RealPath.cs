namespace DbGate.Configuration;

/// <summary>Follows symbolic links, those of folders on the way too.</summary>
static class RealPath
{
    const int MostLinks = 40; // as Linux

    /// <summary>The path without links. What does not exist, cannot be read, or leads in a circle stays as it is.</summary>
    /// <param name="path">Absolute.</param>
    public static string From(string path)
    {
        var real = Path.GetPathRoot(path) ?? "";
        var rest = new Stack<string>(Parts(path).Reverse());
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = Path.Combine(real, part);
            if (Target(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return path;
            }

            var full = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(full) ?? "";
            foreach (var step in Parts(full).Reverse())
            {
                rest.Push(step);
            }
        }

        return real;
    }

    static string[] Parts(string path) =>
        path[(Path.GetPathRoot(path)?.Length ?? 0)..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);

    static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

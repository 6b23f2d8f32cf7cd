using DbGate.Git;

namespace DbGate.Configuration;

/// <summary>
/// Which files of a project belong to the commit that is released, so that its author wrote them: those that git tracks. An uncommitted
/// edit of a tracked file belongs to it too. Where git's index cannot be read, every file in the project belongs to the commit.
/// </summary>
/// <param name="checkout">The checkout's folder, absolute; null when the project is in none.</param>
/// <param name="tracked">The tracked files, relative to the checkout; null when they are not known.</param>
sealed class CommitFiles(string? checkout, IReadOnlySet<string>? tracked)
{
    /// <summary>Reads the index of the checkout that holds the project.</summary>
    /// <param name="project">The project's root, absolute.</param>
    public static CommitFiles From(string project)
    {
        for (var current = project; current is not null; current = Path.GetDirectoryName(current))
        {
            var git = Path.Combine(current, ".git");
            if (Directory.Exists(git))
            {
                return new CommitFiles(current, GitIndex.Read(git));
            }

            if (File.Exists(git))
            {
                return new CommitFiles(current, Worktree(git, current) is { } own ? GitIndex.Read(own) : null);
            }
        }

        return new CommitFiles(null, null);
    }

    /// <summary>
    /// True when the commit's author wrote this file, or decides what is there: git tracks the file, a link or a submodule on the way
    /// to it, or what a link leads to.
    /// </summary>
    /// <param name="project">The project's root, absolute.</param>
    /// <param name="file">Absolute path.</param>
    public bool Contains(string project, string file) =>
        Holds(checkout ?? project, file) || Holds(RealPath.From(checkout ?? project), RealPath.From(file));

    /// <summary>The tracked files of a folder and below it, relative to it; empty where git's index is not known.</summary>
    /// <param name="folder">Absolute path.</param>
    public IEnumerable<string> Under(string folder)
    {
        if (checkout is null || tracked is null || !(folder == checkout || IsInside(checkout, folder)))
        {
            return [];
        }

        var prefix = Path.GetRelativePath(checkout, folder).Replace('\\', '/') is var path && path == "." ? "" : $"{path}/";
        return tracked.Where(file => file.StartsWith(prefix, StringComparison.Ordinal)).Select(file => file[prefix.Length..]);
    }

    bool Holds(string folder, string file)
    {
        if (!IsInside(folder, file))
        {
            return false;
        }

        if (checkout is null || tracked is null)
        {
            return true;
        }

        var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (tracked.Contains(path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    static bool IsInside(string folder, string file) =>
        Path.GetRelativePath(folder, file) is var inside
            && inside != ".."
            && !inside.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !Path.IsPathRooted(inside);

    static string? Worktree(string file, string folder)
    {
        try
        {
            return File.ReadAllText(file).Trim() is ['g', 'i', 't', 'd', 'i', 'r', ':', .. var path]
                ? Path.GetFullPath(path.Trim(), folder)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

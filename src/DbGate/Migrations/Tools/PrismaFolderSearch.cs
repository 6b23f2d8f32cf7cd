namespace DbGate.Migrations.Tools;

/// <summary>
/// Finds Prisma's migration folders by their lock file, for projects whose configuration does not name one that can be read.
/// </summary>
static class PrismaFolderSearch
{
    const string LockFile = "migration_lock.toml";

    /// <summary>As deep as packages/database/prisma/migrations.</summary>
    const int Depth = 4;

    /// <summary>A look at a project must not become a walk through a disk.</summary>
    const int MostFolders = 2_000;

    static readonly string[] Foreign = ["node_modules", "bin", "obj", "dist", "build", "vendor", "target"];

    /// <summary>Relative to <paramref name="root"/>, with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> Find(string root)
    {
        var (found, open, seen) = (new List<string>(), new Queue<(string Folder, int Depth)>([(root, 0)]), 0);
        while (open.TryDequeue(out var next) && seen++ < MostFolders)
        {
            if (File.Exists(Path.Combine(next.Folder, LockFile)))
            {
                found.Add(Path.GetRelativePath(root, next.Folder).Replace('\\', '/'));
            }
            else if (next.Depth < Depth)
            {
                Below(next.Folder).ForEach(folder => open.Enqueue((folder, next.Depth + 1)));
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    static List<string> Below(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(IsOwn)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool IsOwn(string folder) => Path.GetFileName(folder) is var name && !name.StartsWith('.') && !Foreign.Contains(name);
}

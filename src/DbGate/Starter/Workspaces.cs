namespace DbGate.Starter;

/// <summary>The packages of a repository of several that use Prisma.</summary>
static class Workspaces
{
    /// <summary>As deep as apps/shop/api.</summary>
    const int Depth = 3;

    /// <summary>A look at a project must not become a walk through a disk.</summary>
    const int MostFolders = 2_000;

    static readonly string[] Marks =
        ["prisma/migrations", "prisma/schema.prisma", "prisma.config.ts", "prisma.config.js", "prisma.config.mjs"];

    static readonly string[] Foreign = ["node_modules", "bin", "obj", "dist", "build", "vendor", "target"];

    /// <summary>Relative with forward slashes, sorted; none where the root itself uses Prisma.</summary>
    public static IReadOnlyList<string> Find(string root)
    {
        if (UsesPrisma(root))
        {
            return [];
        }

        var (found, open, seen) = (new List<string>(), new Queue<(string Folder, int Depth)>([(root, 0)]), 0);
        while (open.TryDequeue(out var next) && seen < MostFolders)
        {
            foreach (var folder in Below(next.Folder))
            {
                seen++;
                if (UsesPrisma(folder))
                {
                    found.Add(Path.GetRelativePath(root, PackageIn(folder)).Replace('\\', '/'));
                }
                else if (next.Depth + 1 < Depth)
                {
                    open.Enqueue((folder, next.Depth + 1));
                }
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    // In packages/prisma/schema.prisma the package is packages/prisma, where that has a package.json.
    static string PackageIn(string folder) =>
        Path.Combine(folder, "prisma") is var inner && File.Exists(Path.Combine(inner, "package.json")) ? inner : folder;

    static bool UsesPrisma(string folder) => Marks.Any(mark => Path.Exists(Path.Combine(folder, mark)));

    static IEnumerable<string> Below(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder)
                .Where(one => Path.GetFileName(one) is var name && !name.StartsWith('.') && !Foreign.Contains(name))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

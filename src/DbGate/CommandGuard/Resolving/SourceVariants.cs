using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The source files that a file name may mean. Pure.</summary>
static class SourceVariants
{
    static readonly string[] Endings =
    [
        ".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs", ".cts", ".cjs", "/index.ts", "/index.js", "/index.tsx", "/index.mts", "/index.mjs",
        "/index.cjs", "/index.jsx",
    ];

    /// <summary>The sources that the name of a file that is run may mean.</summary>
    public static IEnumerable<string> From(string path, Language language) =>
        language == Language.JavaScript || (language == Language.Detect
            && (Path.GetExtension(path).Length == 0 || Interpreters.IsJavaScript(path))) ? OfModule(path) : [path];

    /// <summary>The sources that a module's path may mean: a dot in its name is no extension unless it is one of
    /// JavaScript's.</summary>
    public static IEnumerable<string> OfModule(string path)
    {
        if (path.Length == 0)
        {
            yield break;
        }

        yield return path;
        var stem = Interpreters.IsJavaScript(path) ? path[..path.LastIndexOf('.')] : path;
        foreach (var start in Unbuilt(stem))
        {
            foreach (var ending in Endings)
            {
                yield return start + ending;
            }
        }
    }

    static IEnumerable<string> Unbuilt(string stem)
    {
        yield return stem;
        foreach (var built in (string[])["dist", "build", "out", "lib"])
        {
            var padded = "/" + stem;
            var at = padded.IndexOf($"/{built}/", StringComparison.Ordinal);
            if (at >= 0)
            {
                var (head, tail) = (padded[..at].TrimStart('/'), padded[(at + built.Length + 2)..]);
                head = head.Length == 0 ? "" : head + "/";
                yield return $"{head}src/{tail}";
                yield return $"{head}{tail}";
                if (tail.LastIndexOf('/') is > 0 and var last)
                {
                    // Monorepo tools put the build of apps/api into dist/apps/api.
                    yield return $"{head}{tail[..last]}/src{tail[last..]}";
                }
            }
        }
    }

    public static bool IsBuilt(string path) => ("/" + path).Split('/')
        .Any(segment => segment is "dist" or "build" or "out" or ".next" or ".output" or "lib");
}

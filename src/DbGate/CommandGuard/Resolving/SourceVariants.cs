using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The source files that a file name may stand for. Pure.</summary>
static class SourceVariants
{
    /// <summary>The sources that a file name may stand for: modules without extension, and what a build makes of sources.</summary>
    public static IEnumerable<string> Of(string path, Language language)
    {
        yield return path;
        if (language is not (Language.JavaScript or Language.Detect) || (Path.GetExtension(path) is { Length: > 0 } extension && !Interpreters.IsJavaScript(path) && extension != ".json"))
        {
            yield break;
        }

        var stem = Interpreters.IsJavaScript(path) ? path[..path.LastIndexOf('.')] : path;
        foreach (var start in Unbuilt(stem))
        {
            foreach (var ending in (string[])[".ts", ".js", ".mts", ".mjs", ".cjs", ".cts", ".tsx", "/index.ts", "/index.js", "/index.mjs"])
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
                if (tail.StartsWith("src/", StringComparison.Ordinal))
                {
                    yield return $"{head}{tail}";
                }
            }
        }
    }

    public static bool IsBuilt(string path) => ("/" + path).Split('/').Any(segment => segment is "dist" or "build" or "out" or ".next" or ".output" or "lib");
}

using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Finds the files of Python modules. Importing a module runs the packages that contain it.</summary>
static class PythonModules
{
    static readonly string[] RootMarks = ["pyproject.toml", "setup.py", "setup.cfg", "manage.py", "requirements.txt"];

    /// <summary>The files that <c>import a.b</c> or <c>from .a import b</c> loads.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="file">The file that imports.</param>
    /// <param name="module">The module with its leading dots; a name behind a colon may be a module in it.</param>
    /// <param name="root">The folder that the program was started in.</param>
    public static IReadOnlyList<string> Find(Repository repository, string file, string module, string root)
    {
        var (name, member) = module.Split(':', 2) is [var left, var right] ? (left, right) : (module, null);
        var dots = name.TakeWhile(c => c == '.').Count();
        var segments = name[dots..].Split('.', StringSplitOptions.RemoveEmptyEntries);
        var folder = RepositoryPath.Folder(file);
        if (dots > 0)
        {
            var start = folder;
            for (var up = 1; up < dots; up++)
            {
                start = RepositoryPath.Folder(start);
            }

            return Files(repository, start, segments, member);
        }

        return Roots(repository, folder, root).Select(start => Files(repository, start, segments, member))
            .FirstOrDefault(files => files.Count > 0) ?? [];
    }

    /// <summary>The folders that absolute imports are looked up in, the likeliest first.</summary>
    static IEnumerable<string> Roots(Repository repository, string folder, string root)
    {
        List<string> roots = [root, folder];
        for (var at = folder; at.Length > 0 && at != "/"; at = RepositoryPath.Folder(at))
        {
            var parent = RepositoryPath.Folder(at);
            if (RootMarks.Any(mark => repository.Contains(Join(parent, mark))))
            {
                roots.Add(parent);
            }
        }

        return roots.Append("").SelectMany(start => (string[])[start, Join(start, "src")]).Distinct(StringComparer.Ordinal);
    }

    static List<string> Files(Repository repository, string start, string[] segments, string? member)
    {
        var files = new List<string>();
        var at = start;
        foreach (var segment in segments)
        {
            at = Join(at, segment);
            Add(at + "/__init__.py");
        }

        if (segments.Length > 0)
        {
            Add(at + ".py");
        }

        if (member is { Length: > 0 })
        {
            Add(Join(at, member) + ".py");
            Add(Join(at, member) + "/__init__.py");
        }

        return files;

        void Add(string file)
        {
            if (repository.Contains(file))
            {
                files.Add(file);
            }
        }
    }

    static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}

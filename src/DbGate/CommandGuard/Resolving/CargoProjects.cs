using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The crates of a repository. A project is the file that a program or a library begins with.</summary>
sealed class CargoProjects(Repository repository) : IProgramProjects
{
    const string Manifest = "Cargo.toml";

    readonly Dictionary<string, DataNode?> manifests = new(StringComparer.Ordinal);

    public string? Find(string name, string folder)
    {
        var resolved = RepositoryPath.Resolve(folder, name);
        if (resolved is not null && IsRust(resolved) && repository.Contains(resolved))
        {
            return resolved;
        }

        var known = resolved is { } path ? Main(path.EndsWith(Manifest, StringComparison.Ordinal) ? RepositoryPath.Folder(path) : path)
            : null;
        return known ?? repository.Named(Manifest).SelectMany(Programs)
            .FirstOrDefault(program => program.Name == name || program.Name.Replace('-', '_') == name.Replace('-', '_')).File;
    }

    /// <summary>The programs that a crate is built into, by name.</summary>
    public IEnumerable<(string Name, string File)> Programs(string manifest)
    {
        var (folder, root) = (RepositoryPath.Folder(manifest), Read(manifest));
        var package = root?.At("package", "name")?.Text;
        foreach (var bin in root?["bin"]?.OneOrMany ?? [])
        {
            if (bin["path"]?.Text is { } given && RepositoryPath.Resolve(folder, given) is { } file && repository.Contains(file))
            {
                yield return (bin["name"]?.Text ?? package ?? "", file);
            }
            else if (bin["name"]?.Text is { } name && Main(folder) is { } main && !repository.Contains(In(folder, $"src/bin/{name}.rs")))
            {
                yield return (name, main);
            }
        }

        if (package is not null && Main(folder) is { } own)
        {
            yield return (package, own);
        }

        foreach (var file in repository.In(In(folder, "src/bin")).Where(IsRust))
        {
            yield return (Path.GetFileNameWithoutExtension(file), file);
        }

        foreach (var file in repository.Named("main.rs").Where(file =>
            file.StartsWith(In(folder, "src/bin") + "/", StringComparison.Ordinal)))
        {
            yield return (RepositoryPath.Name(RepositoryPath.Folder(file)), file);
        }
    }

    public IReadOnlyList<string> Sources(string project) => sources.TryGetValue(project, out var known) ? known
        : sources[project] = SourcesOf(project);

    readonly Dictionary<string, IReadOnlyList<string>> sources = new(StringComparer.Ordinal);

    IReadOnlyList<string> SourcesOf(string project)
    {
        var folder = In(RepositoryPath.Folder(FileOf(project)), "src");
        var own = RepositoryPath.Folder(project);
        return
        [
            project,
            .. repository.Under(folder).Where(file => IsRust(file) && file != project && !IsTest(file)
                && (!IsOtherProgram(file, folder) || (own != folder && own != $"{folder}/bin"
                && file.StartsWith(own + "/", StringComparison.Ordinal))))
                .Order(StringComparer.Ordinal),
        ];
    }

    public IEnumerable<ProjectReference> References(string project)
    {
        var manifest = FileOf(project);
        foreach (var member in Read(manifest)?["dependencies"]?.Children ?? [])
        {
            var (path, from) = member.Value["path"]?.Text is { } own ? (own, RepositoryPath.Folder(manifest))
                : member.Value["workspace"]?.IsTrue == true ? Shared(member.Name, RepositoryPath.Folder(manifest)) : (null, "");
            if (path is not null && RepositoryPath.Resolve(from, path) is { } folder && repository.Contains(In(folder, "src/lib.rs")))
            {
                yield return new ProjectReference(In(folder, "src/lib.rs"), manifest, member.Line);
            }
        }
    }

    public string FileOf(string project)
    {
        for (var at = RepositoryPath.Folder(project); ; at = RepositoryPath.Folder(at))
        {
            if (repository.Contains(In(at, Manifest)) || at.Length == 0)
            {
                return In(at, Manifest);
            }
        }
    }

    /// <summary>A dependency that the workspace declares for all of its crates.</summary>
    (string? Path, string From) Shared(string name, string folder)
    {
        for (var at = folder; ; at = RepositoryPath.Folder(at))
        {
            if (Read(In(at, Manifest))?.At("workspace", "dependencies", name) is { } shared)
            {
                return (shared["path"]?.Text, at);
            }

            if (at.Length == 0)
            {
                return (null, "");
            }
        }
    }

    string? Main(string folder) => repository.Contains(In(folder, "src/main.rs")) ? In(folder, "src/main.rs") : null;

    DataNode? Read(string manifest)
    {
        if (!manifests.TryGetValue(manifest, out var known))
        {
            manifests[manifest] = known = repository.Contains(manifest) && repository.Read(manifest).Text is { } text
                ? TomlReader.Read(manifest, text).Root : null;
        }

        return known;
    }

    static string In(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    static bool IsRust(string file) => file.EndsWith(".rs", StringComparison.Ordinal);

    static bool IsOtherProgram(string file, string folder) => file == $"{folder}/main.rs"
        || file.StartsWith($"{folder}/bin/", StringComparison.Ordinal);

    static bool IsTest(string file) => file.Split('/').Any(segment => segment is "tests" or "tests.rs" or "test.rs" or "benches"
        or "examples");
}

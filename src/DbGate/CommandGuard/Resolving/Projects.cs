using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;
using DbGate.Git;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The .NET projects of a repository, with their sources and the projects that they refer to.</summary>
sealed partial class Projects(Repository repository) : IProgramProjects
{
    /// <summary>The project that a name or a path means: a project file, a folder, or the name of an assembly.</summary>
    /// <param name="name">The name or path.</param>
    /// <param name="folder">The folder that it is relative to.</param>
    public string? Find(string name, string folder)
    {
        if (RepositoryPath.Resolve(folder, name) is { } path)
        {
            if (repository.Contains(path) && path.EndsWith("proj", StringComparison.Ordinal))
            {
                return path;
            }

            if (repository.In(path).Where(IsProject).ToList() is [var only])
            {
                return only;
            }
        }

        return repository.Named(name + ".csproj").Concat(repository.Named(name + ".fsproj"))
            .Concat(All().Where(project => AssemblyName().Match(repository.Read(project).Text ?? "").Groups[1].Value == name))
            .FirstOrDefault();
    }

    /// <summary>The sources of a project; <c>Program.cs</c> comes first.</summary>
    public IReadOnlyList<string> Sources(string project) => sources.TryGetValue(project, out var known) ? known
        : sources[project] = SourcesOf(project);

    readonly Dictionary<string, IReadOnlyList<string>> sources = new(StringComparer.Ordinal);

    IReadOnlyList<string> SourcesOf(string project)
    {
        var folder = RepositoryPath.Folder(project);
        var nested = All().Select(RepositoryPath.Folder).Where(other => other.Length > folder.Length
            && (folder.Length == 0 || other.StartsWith(folder + "/", StringComparison.Ordinal))).ToList();
        return [.. repository.Under(folder).Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
            && !nested.Any(other => file.StartsWith(other + "/", StringComparison.Ordinal)) && !IsOutput(file))
            .Concat(Linked(project)).Distinct(StringComparer.Ordinal)
            .OrderBy(file => RepositoryPath.Name(file) != "Program.cs").ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>Sources of other folders: <c>&lt;Compile Include="..\Shared\*.cs" /&gt;</c>.</summary>
    IEnumerable<string> Linked(string project)
    {
        foreach (Match match in Compile().Matches(repository.Read(project).Text ?? ""))
        {
            if (RepositoryPath.Resolve(RepositoryPath.Folder(project), match.Groups[1].Value) is not { } path)
            {
                continue;
            }

            var files = path.Contains('*', StringComparison.Ordinal) && GlobPattern.Parse("/" + path) is { } glob
                ? repository.Under(RepositoryPath.Folder(path.Split('*')[0] + "x")).Where(glob.Covers) : [path];
            foreach (var file in files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && repository.Contains(file)))
            {
                yield return file;
            }
        }
    }

    /// <summary>The projects that a project refers to, with the line.</summary>
    public IEnumerable<ProjectReference> References(string project)
    {
        var text = repository.Read(project).Text ?? "";
        foreach (Match match in Reference().Matches(text))
        {
            if (RepositoryPath.Resolve(RepositoryPath.Folder(project), match.Groups[1].Value) is { } other && repository.Contains(other))
            {
                yield return new ProjectReference(other, project, text.AsSpan(0, match.Index).Count('\n') + 1);
            }
        }
    }

    public string FileOf(string project) => project;

    IEnumerable<string> All() => all ??= [.. repository.Under("").Where(IsProject)];

    List<string>? all;

    static bool IsProject(string file) => file.EndsWith(".csproj", StringComparison.Ordinal)
        || file.EndsWith(".fsproj", StringComparison.Ordinal);

    static bool IsOutput(string file) => ("/" + file).Contains("/obj/", StringComparison.Ordinal) || ("/" + file)
        .Contains("/bin/", StringComparison.Ordinal);

    [GeneratedRegex("""<ProjectReference\s[^>]*Include\s*=\s*"([^"]+)""")]
    private static partial Regex Reference();

    [GeneratedRegex("""<Compile\s[^>]*Include\s*=\s*"([^"]+)""")]
    private static partial Regex Compile();

    [GeneratedRegex("<AssemblyName>\\s*([^<\\s]+)\\s*</AssemblyName>")]
    private static partial Regex AssemblyName();
}

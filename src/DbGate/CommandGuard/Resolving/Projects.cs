using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The .NET projects of a repository, with their sources and the projects that they refer to.</summary>
sealed partial class Projects(Repository repository)
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
    public IReadOnlyList<string> Sources(string project)
    {
        var folder = RepositoryPath.Folder(project);
        var nested = All().Select(RepositoryPath.Folder).Where(other => other.Length > folder.Length
            && (folder.Length == 0 || other.StartsWith(folder + "/", StringComparison.Ordinal))).ToList();
        return [.. repository.Under(folder).Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
            && !nested.Any(other => file.StartsWith(other + "/", StringComparison.Ordinal)) && !IsOutput(file))
            .OrderBy(file => RepositoryPath.Name(file) != "Program.cs").ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>The projects that a project refers to, with the line.</summary>
    public IEnumerable<(string Project, int Line)> References(string project)
    {
        var text = repository.Read(project).Text ?? "";
        foreach (Match match in Reference().Matches(text))
        {
            if (RepositoryPath.Resolve(RepositoryPath.Folder(project), match.Groups[1].Value) is { } other && repository.Contains(other))
            {
                yield return (other, text.AsSpan(0, match.Index).Count('\n') + 1);
            }
        }
    }

    IEnumerable<string> All() => all ??= [.. repository.Under("").Where(IsProject)];

    List<string>? all;

    static bool IsProject(string file) => file.EndsWith(".csproj", StringComparison.Ordinal)
        || file.EndsWith(".fsproj", StringComparison.Ordinal);

    static bool IsOutput(string file) => ("/" + file).Contains("/obj/", StringComparison.Ordinal) || ("/" + file)
        .Contains("/bin/", StringComparison.Ordinal);

    [GeneratedRegex("""<ProjectReference\s[^>]*Include\s*=\s*"([^"]+)""")]
    private static partial Regex Reference();

    [GeneratedRegex("<AssemblyName>\\s*([^<\\s]+)\\s*</AssemblyName>")]
    private static partial Regex AssemblyName();
}

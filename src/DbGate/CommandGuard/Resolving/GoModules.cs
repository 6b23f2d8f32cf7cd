using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Finds the files of Go packages in the modules of the repository.</summary>
static partial class GoModules
{
    /// <summary>The files of an imported package.</summary>
    public static IReadOnlyList<string> Find(Repository repository, string file, string import)
    {
        for (var at = RepositoryPath.Folder(file); ; at = RepositoryPath.Folder(at))
        {
            var mod = at.Length == 0 ? "go.mod" : $"{at}/go.mod";
            if (repository.Contains(mod) && Module().Match(repository.Read(mod).Text ?? "") is { Success: true } match)
            {
                var name = match.Groups[1].Value;
                return import == name ? Files(repository, at)
                    : import.StartsWith(name + "/", StringComparison.Ordinal)
                        && RepositoryPath.Resolve(at, import[(name.Length + 1)..]) is { } folder ? Files(repository, folder)
                    : [];
            }

            if (at.Length == 0 || at == "/")
            {
                return [];
            }
        }
    }

    /// <summary>The files of the package in a folder, without its tests; <c>main.go</c> comes first.</summary>
    public static IReadOnlyList<string> Files(Repository repository, string folder) =>
        [.. repository.In(folder).Where(file => file.EndsWith(".go", StringComparison.Ordinal)
            && !file.EndsWith("_test.go", StringComparison.Ordinal))
            .OrderBy(file => RepositoryPath.Name(file) != "main.go").ThenBy(file => file, StringComparer.Ordinal)];

    [GeneratedRegex(@"^\s*module\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Module();
}

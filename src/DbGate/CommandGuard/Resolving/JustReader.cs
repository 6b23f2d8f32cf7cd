using System.Text;
using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reads justfiles: recipes with dependencies, and literal variables.</summary>
static partial class JustReader
{
    /// <summary>Files that import each other are read to this depth.</summary>
    const int DeepestImport = 5;

    public static IReadOnlyList<Target> Read(string file, string text, Func<string, string?>? read = null) =>
        Read(file, text, read ?? (_ => null), 0);

    static List<Target> Read(string file, string text, Func<string, string?> read, int depth)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var (targets, imported) = (new List<Target>(), new List<Target>());
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd();
            if (line.Length == 0 || char.IsWhiteSpace(line[0]) || line[0] is '#' or '[')
            {
                continue;
            }

            if (Import().Match(line) is { Success: true } import)
            {
                imported.AddRange(depth < DeepestImport ? Imported(file, import, read, depth) : []);
            }
            else if (line.IndexOf(":=", StringComparison.Ordinal) is > 0 and var assign)
            {
                variables[line[..assign].Replace("export ", "", StringComparison.Ordinal).Trim()] = line[(assign + 2)..].Trim()
                    .Trim('"', '\'');
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                targets.Add(Recipe(file, lines, ref index, line, colon, variables));
            }
        }

        return [.. targets, .. imported];
    }

    /// <summary>The recipes of <c>import 'db.just'</c>, and those of <c>mod db</c> as <c>db::name</c>.</summary>
    static IEnumerable<Target> Imported(string file, Match import, Func<string, string?> read, int depth)
    {
        var (module, path) = (import.Groups["module"].Value, import.Groups["path"].Value);
        string[] names = path.Length > 0 ? [path] : [$"{module}.just", $"{module}/mod.just", $"{module}/justfile", $"{module}/.justfile"];
        foreach (var name in names)
        {
            if (RepositoryPath.Resolve(RepositoryPath.Folder(file), name) is { } found && read(found) is { } text)
            {
                var targets = Read(found, text, read, depth + 1);
                return module.Length == 0 ? targets
                    : targets.Select(target => target with { Name = $"{module}::{target.Name}",
                        Dependencies = [.. target.Dependencies.Select(need => $"{module}::{need}")],
                        Folder = RepositoryPath.Folder(found) });
            }
        }

        return [];
    }

    [GeneratedRegex("""^(?:import\??\s+|mod\??\s+(?<module>\w+)\s*)(?:['"](?<path>[^'"]+)['"])?\s*(?:#.*)?$""")]
    private static partial Regex Import();

    static Target Recipe(string file, string[] lines, ref int index, string line, int colon, Dictionary<string, string> variables)
    {
        var (start, name) = (index + 1, line[..colon].Trim().TrimStart('@').Split(' ')[0]);
        var needs = line[(colon + 1)..].Split('#')[0].Split([' ', '\t', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word != "&&").ToList();
        var (body, map) = (new StringBuilder(), new List<(int, int)>());
        while (index + 1 < lines.Length && (lines[index + 1].TrimEnd().Length == 0 || char.IsWhiteSpace(lines[index + 1][0])))
        {
            var command = lines[++index].Trim().TrimStart('@', '-');
            foreach (var (key, value) in variables)
            {
                command = command.Replace("{{" + key + "}}", value, StringComparison.Ordinal)
                    .Replace("{{ " + key + " }}", value, StringComparison.Ordinal);
            }

            map.Add((body.Length, index + 1));
            body.Append(command.Replace("{{", "$", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal)).Append('\n');
        }

        return new Target(name, file, start, needs, map.Count == 0 ? [] : [SourceText.Mapped(file, body.ToString(), map)]);
    }
}

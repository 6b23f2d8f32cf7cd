using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The modules and applications of Elixir projects.</summary>
sealed partial class ElixirModules(Repository repository)
{
    Dictionary<string, string>? files;

    /// <summary>The file that defines a module; null when there is none.</summary>
    public string? Find(string module)
    {
        if (files is null)
        {
            files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in repository.Named("mix.exs").Select(RepositoryPath.Folder)
                .SelectMany(folder => repository.Under(folder.Length == 0 ? "lib" : $"{folder}/lib"))
                .Where(file => file.EndsWith(".ex", StringComparison.Ordinal)))
            {
                foreach (Match match in Module().Matches(repository.Read(file).Text ?? ""))
                {
                    files.TryAdd(match.Groups[1].Value, file);
                }
            }
        }

        return files.GetValueOrDefault(module);
    }

    /// <summary>The project file of a program in <c>bin</c> of a release.</summary>
    public string? OfProgram(string name) => repository.Named("mix.exs")
        .FirstOrDefault(file => Name().Matches(repository.Read(file).Text ?? "").Any(match => match.Groups[1].Value == name));

    /// <summary>The module whose <c>start</c> a project runs; null for a library.</summary>
    public string? ApplicationOf(string project) => Application().Match(repository.Read(project).Text ?? "") is { Success: true } match
        ? match.Groups[1].Value : null;

    /// <summary>A function of a module with the functions of the same file that it calls; null when it is not there.</summary>
    public static IReadOnlyList<SourceText> Functions(SourceText source, string name)
    {
        var definitions = Definition().Matches(source.Text).ToList();
        var (found, pending, seen) = (new List<SourceText>(), new Queue<string>([name]), new HashSet<string>(StringComparer.Ordinal));
        while (pending.TryDequeue(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            for (var index = 0; index < definitions.Count; index++)
            {
                if (definitions[index].Groups[1].Value != next)
                {
                    continue;
                }

                var start = definitions[index].Index;
                var end = index + 1 < definitions.Count ? definitions[index + 1].Index : source.Text.Length;
                found.Add(source.Slice(start, end - start));
                foreach (Match call in Name(source.Text[start..end]))
                {
                    pending.Enqueue(call.Value);
                }
            }
        }

        return found;

        MatchCollection Name(string body) => Word().Matches(body);
    }

    [GeneratedRegex(@"^\s*defmodule\s+([\w.]+)\s+do\b", RegexOptions.Multiline)]
    private static partial Regex Module();

    [GeneratedRegex(@"\bapp:\s*:(\w+)|^\s+(\w+): \[\s*$", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bmod:\s*\{\s*([\w.]+)")]
    private static partial Regex Application();

    [GeneratedRegex(@"^[ \t]*defp?\s+([a-z_]\w*[!?]?)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\b[a-z_]\w*[!?]?")]
    private static partial Regex Word();
}

using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The path aliases of tsconfig.json and jsconfig.json, with what they extend and refer to.</summary>
sealed class ModuleAliases(Repository repository)
{
    static readonly string[] Names = ["tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json"];

    readonly Dictionary<string, IReadOnlyList<Alias>> known = new(StringComparer.Ordinal);

    /// <summary>The paths that a module may mean in a folder; without extension, as it is written.</summary>
    public IEnumerable<string> Candidates(string folder, string module)
    {
        for (var at = folder; ; at = RepositoryPath.Folder(at))
        {
            foreach (var path in Names.Select(name => at.Length == 0 ? name : $"{at}/{name}").Where(repository.Contains).SelectMany(Read)
                .Select(alias => alias.Apply(module)).OfType<string>())
            {
                yield return path;
            }

            if (at.Length == 0 || at == "/")
            {
                yield break;
            }
        }
    }

    IReadOnlyList<Alias> Read(string file)
    {
        if (!known.TryGetValue(file, out var aliases))
        {
            known[file] = [];
            known[file] = aliases = [.. Parse(file, 0)];
        }

        return aliases;
    }

    IEnumerable<Alias> Parse(string file, int depth)
    {
        if (depth > 8 || repository.Read(file).Text is not { } text || JsonReader.Read(file, text).Root is not { } root)
        {
            yield break;
        }

        var options = root["compilerOptions"];
        var folder = RepositoryPath.Folder(file);
        var start = options?["baseUrl"]?.Text is { } given ? RepositoryPath.Resolve(folder, given) ?? folder : folder;
        foreach (var member in options?["paths"]?.Children ?? [])
        {
            foreach (var target in member.Value.OneOrMany.Select(item => item.Text).OfType<string>())
            {
                yield return new Alias(start, member.Name, target);
            }
        }

        if (options?["baseUrl"]?.Text is not null)
        {
            yield return new Alias(start, "*", "*");
        }

        var others = (root["extends"]?.OneOrMany ?? []).Concat((root["references"]?.Items ?? [])
            .Select(reference => reference["path"]).OfType<DataNode>());
        foreach (var other in others.Select(node => node.Text).OfType<string>().Where(path => path.StartsWith('.'))
            .Select(path => RepositoryPath.Resolve(folder, path)).OfType<string>())
        {
            foreach (var alias in ((string[])[other, other + ".json", other + "/tsconfig.json"]).Where(repository.Contains).Take(1)
                .SelectMany(path => Parse(path, depth + 1)))
            {
                yield return alias;
            }
        }
    }

    sealed record Alias(string Start, string Pattern, string Target)
    {
        public string? Apply(string module)
        {
            var star = Pattern.IndexOf('*', StringComparison.Ordinal);
            if (star < 0)
            {
                return module == Pattern ? RepositoryPath.Resolve(Start, Target) : null;
            }

            var (head, tail) = (Pattern[..star], Pattern[(star + 1)..]);
            return module.Length >= head.Length + tail.Length && module.StartsWith(head, StringComparison.Ordinal)
                && module.EndsWith(tail, StringComparison.Ordinal)
                ? RepositoryPath.Resolve(Start, Target.Replace("*", module[head.Length..(module.Length - tail.Length)],
                    StringComparison.Ordinal))
                : null;
        }
    }
}

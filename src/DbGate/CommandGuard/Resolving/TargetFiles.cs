using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;

namespace DbGate.CommandGuard.Resolving;

/// <summary>A target of make, just, task or deno: what it needs and what it runs.</summary>
sealed record Target(string Name, string File, int Line, IReadOnlyList<string> Dependencies, IReadOnlyList<SourceText> Recipes)
{
    /// <summary>Where its commands run, relative to the file.</summary>
    public string? Folder { get; init; }
}

/// <summary>The targets of one file.</summary>
sealed class TargetTable(IReadOnlyList<Target> targets)
{
    public string? Default => targets.FirstOrDefault(target => target.Name == "default" || !target.Name.StartsWith('.'))?.Name;

    public IReadOnlyList<Target> All => targets;

    public bool TryGet(string name, out Target found)
    {
        found = targets.FirstOrDefault(target => target.Name == name)!;
        return found is not null;
    }
}

/// <summary>Finds and reads the files of target runners.</summary>
static class TargetFiles
{
    static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["make"] = ["GNUmakefile", "makefile", "Makefile"],
        ["just"] = ["justfile", ".justfile", "Justfile"],
        ["task"] = ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "Taskfile.dist.yml", "taskfile.yaml"],
        ["mise"] = ["mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml", ".mise/config.toml"],
        ["gradle"] = ["build.gradle", "build.gradle.kts"],
        ["deno"] = ["deno.json", "deno.jsonc"],
    };

    public static string? Find(Repository repository, string tool, string? file, string folder)
    {
        if (file is not null)
        {
            return RepositoryPath.Resolve(folder, file) is { } given && repository.Contains(given) ? given : null;
        }

        for (var at = folder; ; at = RepositoryPath.Folder(at))
        {
            if (Names[tool].Select(name => at.Length == 0 ? name : $"{at}/{name}").FirstOrDefault(repository.Contains) is { } found)
            {
                return found;
            }

            if (at.Length == 0 || at == "/" || tool == "make")
            {
                return null;
            }
        }
    }

    public static IReadOnlyList<string> NamesOf(string tool) => Names.GetValueOrDefault(tool, []);

    public static string? ToolOf(string name) => Names.FirstOrDefault(entry => entry.Value.Contains(name, StringComparer.Ordinal)).Key
        ?? (name.EndsWith(".mk", StringComparison.Ordinal) ? "make" : null);

    public static TargetTable Read(Repository repository, string tool, string file)
    {
        var text = repository.Read(file).Text ?? "";
        return new TargetTable(tool switch
        {
            "task" => [.. Taskfile(repository, file, YamlReader.Read(file, text), 0)],
            "deno" => [.. Deno(file, JsonReader.Read(file, text))],
            "just" => JustReader.Read(file, text, other => repository.Contains(other) ? repository.Read(other).Text : null),
            "gradle" => GradleReader.Read(file, text, path => repository.Contains(path) ? repository.Read(path).Text : null),
            "mise" => [.. Mise(file, TomlReader.Read(file, text))],
            _ => MakeReader.Read(file, text, included => RepositoryPath.Resolve(RepositoryPath.Folder(file), included) is { } path
                && repository.Contains(path) ? repository.Read(path).Text : null),
        });
    }

    /// <summary>Task files that include each other are read to this depth.</summary>
    const int DeepestInclude = 5;

    /// <summary>The tasks of an included file, as <c>name:task</c>.</summary>
    static IEnumerable<Target> Included(Repository repository, string file, DataMember include, int depth)
    {
        var folder = RepositoryPath.Folder(file);
        if ((include.Value.Text ?? include.Value["taskfile"]?.Text) is not { } given || depth >= DeepestInclude)
        {
            return [];
        }

        var path = ((IEnumerable<string>)[given]).Concat(Names["task"].Select(name => $"{given.TrimEnd('/')}/{name}"))
            .Select(name => RepositoryPath.Resolve(folder, name)).FirstOrDefault(found => found is not null && repository.Contains(found));
        if (path is null || repository.Read(path).Text is not { } text)
        {
            return [];
        }

        // A flattened file adds its tasks under their own names.
        var prefix = include.Value["flatten"]?.IsTrue == true ? "" : include.Name + ":";
        var where = include.Value["dir"]?.Text is { } directory ? RepositoryPath.Resolve(folder, directory) : null;
        return Taskfile(repository, path, YamlReader.Read(path, text), depth + 1).Select(target => target with
        {
            Name = prefix + target.Name,
            Dependencies = [.. target.Dependencies.Select(need => need.StartsWith(':') ? need[1..] : prefix + need)],
            Folder = target.Folder ?? where,
        });
    }

    static IEnumerable<Target> Taskfile(Repository repository, string file, DataDocuments documents, int depth)
    {
        foreach (var member in documents.Roots.SelectMany(root => root["tasks"]?.Children ?? []))
        {
            var body = member.Value;
            var commands = body.Text is not null || body.Items is not null ? body.OneOrMany : (body["cmds"] ?? body["cmd"])?.OneOrMany
                ?? [];
            var recipes = new List<SourceText>();
            var needs = (body["deps"]?.OneOrMany ?? []).Select(dependency => dependency.Text ?? dependency["task"]?.Text).OfType<string>()
                .ToList();
            foreach (var command in commands)
            {
                if ((command.Scalar ?? command["cmd"]?.Scalar ?? command["defer"]?.Scalar) is { } recipe)
                {
                    recipes.Add(recipe);
                }
                else if (command["task"]?.Text is { } called)
                {
                    needs.Add(called);
                }
            }

            yield return new Target(member.Name, file, member.Line, needs, recipes) { Folder = body["dir"]?.Text };
        }

        foreach (var target in documents.Roots.SelectMany(root => root["includes"]?.Children ?? [])
            .SelectMany(include => Included(repository, file, include, depth)))
        {
            yield return target;
        }
    }

    static IEnumerable<Target> Mise(string file, DataDocuments documents) =>
        documents.Roots.SelectMany(root => root["tasks"]?.Children ?? []).Select(member => new Target(
            member.Name,
            file,
            member.Line,
            [.. ((string[])["depends", "depends_post"]).SelectMany(name => member.Value[name]?.OneOrMany ?? [])
                .Select(dependency => dependency.Text ?? dependency["task"]?.Text).OfType<string>().Select(need => need.Split(' ')[0])],
            member.Value.Scalar is { } only ? [only] : [.. (member.Value["run"]?.OneOrMany ?? [])
                .Select(line => line.Scalar).OfType<SourceText>(), .. member.Value["file"]?.Text is { } script
                ? (SourceText[])[SourceText.OnLine(file, $"sh ./{script}", member.Line)] : []])
        {
            Folder = member.Value["dir"]?.Text is { } folder && !folder.Contains("{{", StringComparison.Ordinal) ? folder : null,
        });

    static IEnumerable<Target> Deno(string file, DataDocuments documents) =>
        documents.Roots.SelectMany(root => root["tasks"]?.Children ?? []).Select(member => new Target(
            member.Name,
            file,
            member.Line,
            [.. (member.Value["dependencies"]?.OneOrMany ?? []).Select(dependency => dependency.Text).OfType<string>()],
            (member.Value.Scalar ?? member.Value["command"]?.Scalar) is { } recipe ? [recipe] : []));
}

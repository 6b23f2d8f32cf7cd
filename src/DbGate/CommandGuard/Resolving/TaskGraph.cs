using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Problems;

namespace DbGate.CommandGuard.Resolving;

/// <summary>A script or command that a monorepo tool starts, and the configuration lines on the way to it.</summary>
sealed record TaskStep(string Name, string Folder, Package? Package, SourceText? Source, ImmutableList<CallSite> Via);

/// <summary>The tasks of turbo and nx with what they depend on.</summary>
sealed class TaskGraph(Repository repository, Packages packages)
{
    readonly Dictionary<string, DataNode?> documents = new(StringComparer.Ordinal);

    public IEnumerable<TaskStep> Expand(string tool, string task, PackageSelection selection, string folder)
    {
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var owners = selection.Filters.Count > 0
            ? selection.Filters.SelectMany(filter => tool == "nx" ? Projects(filter, folder) : packages.Selected(filter, folder)
                .Select(package => package.Folder)).Distinct().ToList()
            : null;
        return tool == "nx" ? Nx(task, owners, [], visited) : Turbo(task, owners, [], visited);
    }

    DataNode? Document(string file)
    {
        if (!documents.TryGetValue(file, out var known))
        {
            documents[file] = known = repository.Contains(file) && repository.Read(file).Text is { } text
                ? JsonReader.Read(file, text).Root : null;
        }

        return known;
    }

    IEnumerable<TaskStep> Turbo(string task, List<string>? owners, ImmutableList<CallSite> via, HashSet<string> visited)
    {
        var (package, name) = task.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash ? (task[..hash], task[(hash + 1)..])
            : (null, task);
        if (!visited.Add($"{task}|{string.Join(',', owners ?? [])}"))
        {
            yield break;
        }

        var folders = package is null ? owners ?? [.. packages.All.Select(known => known.Folder)]
            : package is "//" ? [""] : packages.Selected(package, "").Select(known => known.Folder).ToList();
        foreach (var file in folders.Select(folder => folder.Length == 0 ? "turbo.json" : $"{folder}/turbo.json").Prepend("turbo.json")
            .Distinct().ToList())
        {
            var tasks = Document(file) is { } root ? root["tasks"] ?? root["pipeline"] : null;
            foreach (var definition in (tasks?.Children ?? [])
                .Where(member => member.Name == name || member.Name == task || member.Name.EndsWith("#" + name, StringComparison.Ordinal)))
            {
                foreach (var dependency in (definition.Value["dependsOn"]?.OneOrMany ?? [])
                    .Concat(definition.Value["with"]?.OneOrMany ?? []))
                {
                    if (dependency.Text is { Length: > 0 } text && !text.StartsWith('$'))
                    {
                        var hop = new CallSite(new SourceLocation(file, dependency.Line), $"\"{name}\" dependsOn \"{text}\"");
                        foreach (var step in Turbo(text.TrimStart('^'), text.StartsWith('^')
                            || text.Contains('#', StringComparison.Ordinal) ? null : owners, via.Add(hop), visited))
                        {
                            yield return step;
                        }
                    }
                }
            }
        }

        foreach (var folder in folders)
        {
            if (packages.In(folder) is { } owner && owner.Scripts.TryGetValue(name, out var script)
                && (folder.Length > 0 || package == "//" || !CallsTurbo(script.Text)))
            {
                yield return new TaskStep(name, folder, owner, null, via);
            }
        }
    }

    /// <summary>The root's own script is what called turbo.</summary>
    static bool CallsTurbo(string script) => script.Contains("turbo", StringComparison.Ordinal);

    IEnumerable<string> Projects(string name, string folder)
    {
        var projects = repository.Named("project.json").Where(file => Document(file)?["name"]?.Text == name
            || RepositoryPath.Name(RepositoryPath.Folder(file)) == name).Select(RepositoryPath.Folder).ToList();
        return projects.Count > 0 ? projects : packages.Selected(name, folder).Select(package => package.Folder);
    }

    IEnumerable<TaskStep> Nx(string task, List<string>? owners, ImmutableList<CallSite> via, HashSet<string> visited)
    {
        if (!visited.Add($"nx {task}|{string.Join(',', owners ?? [])}"))
        {
            yield break;
        }

        var all = owners ?? [.. repository.Named("project.json").Select(RepositoryPath.Folder)
            .Concat(packages.All.Select(package => package.Folder)).Distinct()];
        foreach (var folder in all)
        {
            var file = folder.Length == 0 ? "project.json" : $"{folder}/project.json";
            var member = Document(file)?["targets"]?.Members?.FirstOrDefault(target => target.Name == task);
            var defaults = Document("nx.json")?["targetDefaults"]?.Members?.FirstOrDefault(target => target.Name == task);
            foreach (var (source, dependency) in ((IEnumerable<(string, DataMember?)>)[(file, member), ("nx.json", defaults)])
                .SelectMany(pair => (pair.Item2?.Value["dependsOn"]?.OneOrMany ?? []).Select(node => (pair.Item1, node))))
            {
                var text = (dependency.Text ?? dependency["target"]?.Text)?.TrimStart('^');
                if (text is { Length: > 0 })
                {
                    var hop = new CallSite(new SourceLocation(source, dependency.Line), $"\"{task}\" dependsOn \"{text}\"");
                    List<string>? next = dependency.Text?.StartsWith('^') == true || dependency["projects"] is not null
                        || dependency["dependencies"] is not null ? null : [folder];
                    var target = !(dependency.Text?.StartsWith('^') ?? false) && !IsTarget(text)
                        && text.Split(':') is [var project, var named] ? (Named: named, Owners: Projects(project, "").ToList())
                        : (Named: text, Owners: next);
                    foreach (var step in Nx(target.Named, target.Owners, via.Add(hop), visited))
                    {
                        yield return step;
                    }
                }
            }

            if (member is not null)
            {
                foreach (var command in Commands(member.Value))
                {
                    var directory = member.Value.At("options", "cwd")?.Text;
                    yield return new TaskStep(task, directory is null ? ""
                        : RepositoryPath.Resolve("", directory.Replace("{projectRoot}", folder, StringComparison.Ordinal)) ?? folder, null,
                        command, via);
                }
            }
            else if (packages.In(folder) is { } package && package.Scripts.ContainsKey(task) && folder.Length > 0)
            {
                yield return new TaskStep(task, folder, package, null, via);
            }
        }
    }

    /// <summary>True when a name with a colon is a target or script and not a project's target.</summary>
    bool IsTarget(string name) => packages.All.Any(package => package.Scripts.ContainsKey(name)) || repository.Named("project.json")
        .Any(file => Document(file)?["targets"]?[name] is not null);

    static IEnumerable<SourceText> Commands(DataNode target)
    {
        var options = target["options"];
        foreach (var node in (target["command"]?.OneOrMany ?? []).Concat(options?["command"]?.OneOrMany ?? [])
            .Concat(options?["commands"]?.OneOrMany ?? []))
        {
            if ((node.Scalar ?? node["command"]?.Scalar) is { } command)
            {
                yield return command;
            }
        }
    }
}

using System.Text.RegularExpressions;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.Problems;

namespace DbGate.CommandGuard.Resolving;

/// <summary>A command that a package of the repository installs.</summary>
/// <param name="Site">Where it is declared.</param>
/// <param name="Target">The module of a Python command with dots, or the file of a JavaScript command.</param>
/// <param name="IsPython">True for Python.</param>
sealed record ConsoleScript(CallSite Site, string Target, bool IsPython);

/// <summary>The commands that the packages of a repository install: scripts of pyproject.toml and setup, <c>bin</c> of
/// package.json.</summary>
sealed partial class ConsoleScripts(Repository repository, Packages packages)
{
    Dictionary<string, ConsoleScript>? known;

    public ConsoleScript? Find(string name) => (known ??= Read()).GetValueOrDefault(name);

    Dictionary<string, ConsoleScript> Read()
    {
        var scripts = new Dictionary<string, ConsoleScript>(StringComparer.Ordinal);
        if (repository.IsOnDemand)
        {
            OfRoot(scripts);
            return scripts;
        }

        foreach (var file in repository.Named("pyproject.toml"))
        {
            Project(file, scripts);
        }

        foreach (var file in repository.Named("setup.py").Concat(repository.Named("setup.cfg")))
        {
            Setup(file, scripts);
        }

        foreach (var package in packages.All)
        {
            Bin(package, scripts);
        }

        return scripts;
    }

    /// <summary>The commands of the root folder alone: a hook has no time for a walk.</summary>
    void OfRoot(Dictionary<string, ConsoleScript> scripts)
    {
        if (repository.Contains("pyproject.toml"))
        {
            Project("pyproject.toml", scripts);
        }

        if (repository.Contains("setup.py"))
        {
            Setup("setup.py", scripts);
        }

        if (packages.In("") is { } package)
        {
            Bin(package, scripts);
        }
    }

    void Project(string file, Dictionary<string, ConsoleScript> scripts)
    {
        if (repository.Read(file).Text is not { } text || TomlReader.Read(file, text).Root is not { } root)
        {
            return;
        }

        var tables = ((DataNode?[])[root.At("project", "scripts"), root.At("project", "gui-scripts"),
            root.At("tool", "poetry", "scripts")]).OfType<DataNode>();
        foreach (var member in tables.SelectMany(table => table.Children))
        {
            if ((member.Value.Text ?? member.Value["reference"]?.Text ?? member.Value["callable"]?.Text) is { } target)
            {
                Add(scripts, member.Name, file, member.Line, target);
            }
        }
    }

    void Setup(string file, Dictionary<string, ConsoleScript> scripts)
    {
        var text = repository.Read(file).Text ?? "";
        var at = text.IndexOf("console_scripts", StringComparison.Ordinal);
        foreach (Match match in at < 0 ? Enumerable.Empty<Match>() : Declaration().Matches(text[at..]))
        {
            Add(scripts, match.Groups[1].Value, file, text.AsSpan(0, at + match.Index).Count('\n') + 1, match.Groups[2].Value);
        }
    }

    static void Add(Dictionary<string, ConsoleScript> scripts, string name, string file, int line, string target) =>
        scripts.TryAdd(name, new ConsoleScript(new CallSite(new SourceLocation(file, line), $"{name} = {target}"), target.Split(':')[0]
            .Trim(), true));

    static void Bin(Package package, Dictionary<string, ConsoleScript> scripts)
    {
        var bin = package.Root["bin"];
        var members = bin?.Scalar is { } only && package.Name is { } name ? [new DataMember(RepositoryPath.Name(name), bin.Line, bin)]
            : bin?.Children ?? [];
        foreach (var member in members)
        {
            if (member.Value.Text is { } path && RepositoryPath.Resolve(package.Folder, path) is { } target)
            {
                scripts.TryAdd(member.Name,
                    new ConsoleScript(new CallSite(new SourceLocation(package.File, member.Line), $"bin {member.Name}"), target, false));
            }
        }
    }

    [GeneratedRegex(@"([\w.-]+)\s*=\s*([\w.]+:[\w.]+)")]
    private static partial Regex Declaration();
}

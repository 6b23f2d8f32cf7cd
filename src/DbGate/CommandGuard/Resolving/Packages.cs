using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Git;

namespace DbGate.CommandGuard.Resolving;

/// <summary>All packages of a repository, found by folder, name and filter.</summary>
sealed class Packages
{
    readonly Dictionary<string, Package> byFolder = new(StringComparer.Ordinal);
    Dictionary<string, Package>? byName;
    readonly Repository repository;
    readonly Action<string, DataDocuments> onFault;
    bool isComplete;

    public Packages(Repository repository, Action<string, DataDocuments> onFault)
    {
        (this.repository, this.onFault) = (repository, onFault);
        if (!repository.IsOnDemand)
        {
            LoadAll();
        }
    }

    public IEnumerable<Package> All
    {
        get
        {
            LoadAll();
            return byFolder.Values.OrderBy(package => package.File, StringComparer.Ordinal);
        }
    }

    public Package? In(string folder)
    {
        var file = folder.Length == 0 ? "package.json" : $"{folder}/package.json";
        if (!isComplete && !byFolder.ContainsKey(folder) && repository.Contains(file))
        {
            Load(file);
        }

        return byFolder.GetValueOrDefault(folder);
    }

    void LoadAll()
    {
        if (!isComplete)
        {
            isComplete = true;
            repository.WalkOnce();
            foreach (var file in repository.Relevant.Where(file => RepositoryPath.Name(file) == "package.json"))
            {
                Load(file);
            }
        }
    }

    void Load(string file)
    {
        var (text, fault) = repository.Read(file);
        var documents = text is null ? new DataDocuments([], fault) : JsonReader.Read(file, text);
        if (documents.Roots is [{ Members: not null } root])
        {
            byFolder[RepositoryPath.Folder(file)] = Package.Read(file, root);
        }
        else
        {
            onFault(file, documents.Fault is null ? documents with { Fault = "the top is no object" } : documents);
        }
    }

    /// <summary>The package of a name, as an import writes it.</summary>
    public Package? Named(string name)
    {
        LoadAll();
        byName ??= byFolder.Values.Where(package => package.Name is not null).OrderBy(package => package.File.Length)
            .DistinctBy(package => package.Name)
            .ToDictionary(package => package.Name!, StringComparer.Ordinal);
        return byName.GetValueOrDefault(name);
    }

    /// <summary>The package that a command run in a folder belongs to.</summary>
    public Package? Nearest(string folder)
    {
        for (var at = folder; ; at = RepositoryPath.Folder(at))
        {
            if (In(at) is { } package)
            {
                return package;
            }

            if (at.Length == 0 || at == "/")
            {
                return null;
            }
        }
    }

    /// <summary>The packages that a filter of npm, pnpm, yarn, turbo or nx selects.</summary>
    public IEnumerable<Package> Selected(string filter, string folder)
    {
        var name = filter.Trim('"', '\'').TrimStart('!').Trim('.').TrimStart('^').Trim('{', '}');
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        name = bracket >= 0 ? name[..bracket] : name;
        if (filter.StartsWith('!') || name.Length == 0)
        {
            return [];
        }

        LoadAll();
        var path = filter.TrimStart('{').StartsWith('.') || filter.Contains('/', StringComparison.Ordinal)
            ? RepositoryPath.Resolve(folder, filter.Trim('{', '}').Replace("...", "", StringComparison.Ordinal))
            : null;
        if (path is not null && byFolder.TryGetValue(path, out var there))
        {
            return [there];
        }

        var glob = GlobPattern.Parse("/" + name.TrimStart('/'));
        var found = byFolder.Values.Where(package => package.Name == name).ToList();
        if (found.Count == 0)
        {
            found = [.. byFolder.Values.Where(package =>
                (package.Name is { } known && (glob?.Matches(known, RepositoryPath.Name(known)) == true
                    || known.EndsWith("/" + name, StringComparison.Ordinal)))
                || package.Folder == name
                || glob?.Matches(package.Folder, RepositoryPath.Name(package.Folder)) == true
                || (path is not null && path.Contains('*', StringComparison.Ordinal)
                    && GlobPattern.Parse("/" + path)?.Matches(package.Folder, RepositoryPath.Name(package.Folder)) == true)
                || RepositoryPath.Name(package.Folder) == name)];
        }

        return found.OrderBy(package => package.File, StringComparer.Ordinal);
    }
}

using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Finds the packages and folders that a command means.</summary>
sealed class PackageResolver(Repository repository, Packages packages)
{
    /// <summary>Turns "in package X" into a folder.</summary>
    public CommandContext In(CommandContext around, Scope scope)
    {
        if (around.Directory is null || !around.Directory.Contains(PackageManagers.PackageMark, StringComparison.Ordinal))
        {
            return around;
        }

        var name = around.Directory[(around.Directory.IndexOf(PackageManagers.PackageMark,
            StringComparison.Ordinal) + PackageManagers.PackageMark.Length)..];
        var folder = packages.Selected(name, Native(scope).Folder).FirstOrDefault()?.Folder;
        return around with { Directory = folder is null || scope.Folder.StartsWith('/') ? null
            : string.Concat(Enumerable.Repeat("../", scope.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Length)) + folder };
    }

    /// <summary>The same scope on the repository's own files.</summary>
    public Scope Native(Scope scope)
    {
        if (scope.Image is not { } image || !scope.Folder.StartsWith('/'))
        {
            return scope;
        }

        foreach (var origin in image.Origins(scope.Folder + "/package.json").Concat(image.Origins(scope.Folder + "/.")))
        {
            if (repository.Contains(origin))
            {
                return scope with { Folder = RepositoryPath.Folder(origin) };
            }

            if (origin.Length > 0 && repository.ContainsFolder(origin.TrimEnd('.', '/')))
            {
                return scope with { Folder = origin.TrimEnd('.', '/') };
            }
        }

        return scope with { Folder = image.Contexts.FirstOrDefault(context => packages.In(context) is not null)
            ?? (image.Contexts.Count > 0 ? image.Contexts[0] : "") };
    }

    /// <summary>npm start without a script runs server.js.</summary>
    public bool IsServerDefault(string script, Scope scope) =>
        script == "start" && repository.Contains(RepositoryPath.Resolve(Native(scope).Folder, "server.js") ?? "");

    public IEnumerable<Package> Targets(PackageSelection selection, Scope native)
    {
        if (selection.AtRoot)
        {
            return packages.In("") is { } top ? [top] : [];
        }

        if (selection.Filters.Count > 0)
        {
            return selection.Filters.SelectMany(filter => packages.Selected(filter, native.Folder)).Distinct();
        }

        return selection.All ? packages.All : packages.Nearest(native.Folder) is { } nearest ? [nearest] : [];
    }
}

using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Finds the files of the repository that an import loads, as the runtime finds them. Files outside the repository are not
/// found.</summary>
sealed class ImportResolver(Repository repository, Packages packages)
{
    readonly ModuleAliases aliases = new(repository);

    /// <summary>The files that an import of a program loads; empty for a package that is not in the repository.</summary>
    /// <param name="file">The file that imports.</param>
    /// <param name="module">The module as it is written.</param>
    /// <param name="language">The program's language.</param>
    /// <param name="root">The folder that the program was started in.</param>
    public IReadOnlyList<string> Find(string file, string module, Language language, string root) => language switch
    {
        Language.Python => PythonModules.Find(repository, file, module, root),
        Language.Go => GoModules.Find(repository, file, module),
        Language.Ruby => ByPath(file, module, root, ".rb"),
        Language.Php => ByPath(file, module.TrimStart('/'), root, ".php"),
        Language.CSharp or Language.Java or Language.Rust or Language.Elixir => [],
        _ => JavaScript(file, module) is { } found && Interpreters.IsJavaScript(found) ? [found] : [],
    };

    /// <summary>True when an import names a file of the repository and not a package.</summary>
    public static bool IsOwn(string module, Language language) => language == Language.JavaScript && module.StartsWith('.');

    /// <summary>A path next to the file, or in the folder that the program was started in.</summary>
    IReadOnlyList<string> ByPath(string file, string path, string root, string ending) =>
        ((string?[])[RepositoryPath.Resolve(RepositoryPath.Folder(file), path), RepositoryPath.Resolve(root, path)]).OfType<string>()
            .SelectMany(found => (string[])[found, found + ending])
                .FirstOrDefault(found => found.EndsWith(ending, StringComparison.Ordinal) && repository.Contains(found)) is { } only
                ? [only] : [];

    string? JavaScript(string file, string module)
    {
        var folder = RepositoryPath.Folder(file);
        if (module.StartsWith('.'))
        {
            return RepositoryPath.Resolve(folder, module) is { } path ? First(path) : null;
        }

        if (module.StartsWith('#') && packages.Nearest(folder) is { } owner)
        {
            return PackageExports.Targets(owner.Root["imports"], module).Select(target => In(owner, target))
                .FirstOrDefault(found => found is not null);
        }

        return aliases.Candidates(folder, module).Select(First).FirstOrDefault(found => found is not null) ?? Workspace(module);
    }

    string? Workspace(string module)
    {
        var segments = module.Split('/');
        var length = module.StartsWith('@') ? 2 : 1;
        if (segments.Length < length || packages.Named(string.Join('/', segments.Take(length))) is not { } package)
        {
            return null;
        }

        var inner = string.Join('/', segments.Skip(length));
        return PackageExports.Files(package.Root, inner).Select(target => In(package, target)).FirstOrDefault(found => found is not null);
    }

    string? In(Package package, string target) => RepositoryPath.Resolve(package.Folder, target) is { } path ? First(path) : null;

    string? First(string path) => SourceVariants.OfModule(path).FirstOrDefault(repository.Contains);
}

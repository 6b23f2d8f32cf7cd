using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Finds the text behind a file name, as the place that names it sees it: repository, image, files written on the way.</summary>
sealed class FileResolver(Repository repository, PackageResolver owners)
{
    public SourceText? Find(string path, RunsFile action, Scope scope)
    {
        foreach (var candidate in Candidates(path, scope))
        {
            if (scope.Written.TryGetValue(candidate, out var written))
            {
                return written;
            }
        }

        if (scope.Image is { } image
            && image.Text(image.Absolute(scope.Folder.StartsWith('/') ? RepositoryPath.Resolve(scope.Folder, path) ?? path
            : path)) is { } text)
        {
            return text;
        }

        foreach (var candidate in Candidates(path, scope).SelectMany(candidate => SourceVariants.From(candidate, action.Language)))
        {
            if (repository.Contains(candidate))
            {
                return Load(candidate);
            }
        }

        var name = RepositoryPath.Name(path);
        var isScript = name.Contains('.', StringComparison.Ordinal) || name.Contains("entrypoint", StringComparison.OrdinalIgnoreCase);
        return isScript && (path.StartsWith('/') || scope.Image is not null || scope.IsElsewhere || !action.Path.IsKnown)
            && repository.Named(name) is [var only] && !Interpreters.IsJavaScript(only)
            ? Load(only)
            : null;
    }

    public SourceText? Load(string file) => loaded.TryGetValue(file, out var known) ? known
        : loaded[file] = repository.Read(file).Text is { } text ? SourceText.Whole(file, text) : null;

    readonly Dictionary<string, SourceText?> loaded = new(StringComparer.Ordinal);

    /// <summary>The part of a path behind what is not known: <c>$DIR/setup.sh</c> is looked up as <c>setup.sh</c>.</summary>
    public static string? KnownTail(string path)
    {
        var tail = path[(path.LastIndexOf(Argument.Unknown) + 1)..].TrimStart('/');
        return tail.Length > 2 && tail.Contains('.', StringComparison.Ordinal) ? tail : null;
    }

    IEnumerable<string> Candidates(string path, Scope scope)
    {
        if (scope.Image is { } image && (scope.Folder.StartsWith('/') || path.StartsWith('/')))
        {
            var absolute = RepositoryPath.Resolve(scope.Folder.StartsWith('/') ? scope.Folder : image.WorkingFolder, path);
            if (absolute is not null)
            {
                yield return absolute;
                foreach (var origin in image.Origins(absolute))
                {
                    yield return origin;
                }

                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    foreach (var bin in (string[])["/usr/local/bin/", "/usr/bin/", "/bin/", "/"])
                    {
                        yield return bin + path;
                        foreach (var origin in image.Origins(bin + path))
                        {
                            yield return origin;
                        }
                    }
                }

                foreach (var context in image.Contexts)
                {
                    if (absolute.StartsWith(image.WorkingFolder.TrimEnd('/') + "/", StringComparison.Ordinal)
                        && RepositoryPath.Resolve(context, absolute[image.WorkingFolder.TrimEnd('/').Length..]
                            .TrimStart('/')) is { } inContext)
                    {
                        yield return inContext;
                    }
                }
            }

            yield break;
        }

        var native = owners.Native(scope).Folder;
        if (RepositoryPath.Resolve(native, path) is { } resolved)
        {
            yield return resolved;
        }

        // An absolute path in a container or on a server: its last folders may be the repository's.
        var segments = path.TrimStart('~', '.').Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var skip = path.StartsWith('/') || path.StartsWith('~') ? 0 : 1; skip < segments.Length
            && (path.StartsWith('/') || path.StartsWith('~') || scope.IsElsewhere); skip++)
        {
            yield return string.Join('/', segments.Skip(skip));
        }

        if (!path.StartsWith('/') && native.Length > 0 && RepositoryPath.Resolve("", path) is { } atRoot)
        {
            yield return atRoot;
        }
    }
}

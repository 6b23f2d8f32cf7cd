using System.Collections.Immutable;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Git;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The files of a container image, as far as they come from the repository.</summary>
/// <param name="Contexts">The folders that may be the build's context, the likeliest first.</param>
sealed record Image(IReadOnlyList<string> Contexts)
{
    static readonly string[] ProgramFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    public string WorkingFolder { get; init; } = "/";

    public ImmutableList<ImageCopy> Copies { get; init; } = [];

    public ImmutableDictionary<string, SourceText> Written { get; init; } = ImmutableDictionary.Create<string,
        SourceText>(StringComparer.Ordinal);

    /// <summary>Programs that an instruction built, with the folder of their sources in the image.</summary>
    public ImmutableDictionary<string, string> Built { get; init; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary.Create<string,
        string>(StringComparer.Ordinal);

    /// <summary>
    /// True when an instruction copies this very program from another stage, so that it is not one that the base image installs. A name
    /// without a folder is looked for in the folders of PATH.
    /// </summary>
    public bool TakesFromStage(string path)
    {
        string[] places =
            path.Contains('/', StringComparison.Ordinal) ? [Absolute(path)] : [.. ProgramFolders.Select(folder => $"{folder}/{path}")];
        return Copies.Any(copy => copy.From is { Contexts.Count: > 0 } && places.Any(copy.Places));
    }

    public string Absolute(string path) => RepositoryPath.Resolve(WorkingFolder, path) ?? "/";

    /// <summary>The repository paths that a path in the image may come from, the likeliest first.</summary>
    public IEnumerable<string> Origins(string path) => Origins(path, 0).Distinct(StringComparer.Ordinal);

    /// <summary>A file that an instruction wrote, in this image or in one it copies from.</summary>
    public SourceText? Text(string path, int depth = 0)
    {
        if (Written.TryGetValue(path, out var text))
        {
            return text;
        }

        return depth > 8 ? null : Copies.Where(copy => copy.From is not null)
            .SelectMany(copy => copy.Sources.SelectMany(source => copy.Behind(path, source)
                .Select(inner => copy.From!.Text(inner, depth + 1))))
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>The package that a program in this image, or in one it copies from, was built from; null when that is not known.</summary>
    public string? BuiltFrom(string path, int depth = 0)
    {
        if (Built.TryGetValue(path, out var package))
        {
            return package;
        }

        return depth > 8 ? null : Copies.Where(copy => copy.From is not null)
            .SelectMany(copy => copy.Sources.SelectMany(source => copy.Behind(path, source)
                .Select(inner => copy.From!.BuiltFrom(copy.From.Absolute(inner), depth + 1))))
            .FirstOrDefault(found => found is not null);
    }

    IEnumerable<string> Origins(string path, int depth)
    {
        if (depth > 8)
        {
            yield break;
        }

        foreach (var copy in Copies.Reverse())
        {
            foreach (var source in copy.Sources)
            {
                foreach (var behind in copy.Behind(path, source))
                {
                    if (copy.From is { } from)
                    {
                        foreach (var origin in from.Origins(from.Absolute(behind), depth + 1))
                        {
                            yield return origin;
                        }
                    }
                    else
                    {
                        foreach (var context in Contexts)
                        {
                            if (RepositoryPath.Resolve(context, behind.TrimStart('/')) is { } origin)
                            {
                                yield return origin;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// <summary>A <c>COPY</c> or a mount.</summary>
/// <param name="Sources">Paths in the context, or in the image it copies from.</param>
/// <param name="Destination">An absolute path in the image.</param>
/// <param name="From">The image it copies from; null for the context.</param>
sealed record ImageCopy(IReadOnlyList<string> Sources, string Destination, Image? From)
{
    /// <summary>True when one of the sources is a file that becomes exactly this path; a copied folder is none.</summary>
    public bool Places(string path) =>
        Destination == path
            ? Sources is [var only] && RepositoryPath.Name(only).Length > 0
            : Destination.TrimEnd('/') == RepositoryPath.Folder(path)
                && Sources.Any(source => RepositoryPath.Name(source) == RepositoryPath.Name(path));

    /// <summary>The paths that <paramref name="path"/> may have had at a source.</summary>
    public IEnumerable<string> Behind(string path, string source)
    {
        var destination = Destination.TrimEnd('/');
        if (path == destination)
        {
            yield return source;
        }

        if (!path.StartsWith(destination + "/", StringComparison.Ordinal))
        {
            yield break;
        }

        var rest = path[(destination.Length + 1)..];
        var name = RepositoryPath.Name(source.TrimEnd('/'));
        if (name.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            var head = rest.Split('/')[0];
            if (GlobPattern.Parse(name)?.Matches(head, head) == true)
            {
                yield return RepositoryPath.Folder(source) is { Length: > 0 } folder ? $"{folder}/{rest}" : rest;
            }

            yield break;
        }

        if (rest == name)
        {
            yield return source;
        }

        yield return source is "." or "./" or "/" ? rest : $"{source.TrimEnd('/')}/{rest}";
    }
}

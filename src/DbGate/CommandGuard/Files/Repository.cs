using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using DbGate.Git;

namespace DbGate.CommandGuard.Files;

/// <summary>The files of a repository that are its own: neither ignored nor vendored. Paths are relative, with forward slashes.</summary>
sealed class Repository
{
    /// <summary>A larger file is no source of commands.</summary>
    const int LargestFile = 16 * 1024 * 1024;

    static readonly HashSet<string> Vendored = new(StringComparer.OrdinalIgnoreCase)
    {
        "node_modules", "bower_components", "jspm_packages", "vendor", ".git", ".hg", ".svn", "dist", ".next", ".nuxt", ".output",
        ".svelte-kit", ".turbo", ".nx", ".yarn", ".pnpm-store",
        ".venv", "venv", "__pycache__", ".tox", "coverage", ".cache", ".parcel-cache", ".terraform", ".gradle", ".idea", ".vs", ".vercel",
        ".netlify", ".serverless", "site-packages", "Pods", ".expo",
    };

    readonly string root;
    readonly HashSet<string> files;
    readonly HashSet<string> folders;
    readonly Dictionary<string, (string? Text, string? Fault)> texts = new(StringComparer.Ordinal);
    Dictionary<string, List<string>>? byName;
    Dictionary<string, List<string>>? byFolder;
    string? realRoot;

    /// <param name="root">The root folder.</param>
    /// <param name="ignoresCase">True where the file system takes names in any case for the same.</param>
    Repository(string root, bool ignoresCase)
    {
        this.root = root;
        var comparer = ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        (files, folders) = (new(comparer), new(comparer) { "" });
    }

    /// <summary>How many files the walk met.</summary>
    public int Count => files.Count;

    /// <summary>The files that may hold an entrypoint or a setting, in order.</summary>
    public List<string> Relevant { get; } = [];

    /// <summary>Files are looked up on the disk when they are asked for; only a search walks the folders.</summary>
    public bool IsOnDemand { get; private init; }

    /// <summary>The files of a folder and of the machine, looked up one by one: a hook has no time for a walk.</summary>
    public static Repository OnDemand(string root) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)),
        false) { IsOnDemand = true };

    /// <summary>No files at all.</summary>
    public static Repository Empty => new("", false);

    public static Repository Walk(string root, CancellationToken cancellationToken) => Walk(root, IgnoresCase(root), cancellationToken);

    internal static Repository Walk(string root, bool ignoresCase, CancellationToken cancellationToken)
    {
        var repository = new Repository(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)), ignoresCase);
        repository.Walk(cancellationToken);
        return repository;
    }

    /// <summary>True where the root's own name in other letters is the same folder.</summary>
    static bool IgnoresCase(string root)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var (upper, lower) = (path.ToUpperInvariant(), path.ToLowerInvariant());
        return upper != lower && Directory.Exists(upper) && Directory.Exists(lower);
    }

    public bool Contains(string file) => IsOnDemand ? file.Length > 0 && File.Exists(Path.Combine(root, file)) : files.Contains(file);

    public bool ContainsFolder(string folder) => IsOnDemand ? Directory.Exists(Path.Combine(root, folder)) : folders.Contains(folder);

    /// <summary>All names, folders with a slash at their end.</summary>
    public string[] Names() => [.. files, .. folders.Select(folder => folder + "/")];

    /// <summary>Lower-case hex SHA-256 of each text that was asked for, or why it has none.</summary>
    public SortedDictionary<string, string> Texts()
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, (text, fault)) in texts)
        {
            digests[path] = text is null ? $"no text: {fault}" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }

        return digests;
    }

    /// <summary>Files with a name, wherever they are.</summary>
    public IReadOnlyList<string> Named(string name)
    {
        if (byName is null)
        {
            WalkOnce();
            byName = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var key = file[(file.LastIndexOf('/') + 1)..];
                (byName.TryGetValue(key, out var known) ? known : byName[key] = []).Add(file);
            }
        }

        return byName.GetValueOrDefault(name, []);
    }

    /// <summary>The files that a folder holds itself.</summary>
    public IReadOnlyList<string> In(string folder)
    {
        WalkOnce();
        byFolder ??= files.GroupBy(RepositoryPath.Folder, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Order(StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
        return byFolder.GetValueOrDefault(folder, []);
    }

    /// <summary>The files in a folder and in all folders below it.</summary>
    public IEnumerable<string> Under(string folder) => In(folder).Concat(Below(folder).SelectMany(In));

    IEnumerable<string> Below(string folder) =>
        folders.Where(other => other.Length > folder.Length
            && (folder.Length == 0 || (other.StartsWith(folder, StringComparison.Ordinal) && other[folder.Length] == '/')))
            .Order(StringComparer.Ordinal);

    /// <summary>Walks a repository that is read on demand, because something has to be searched.</summary>
    public void WalkOnce()
    {
        if (IsOnDemand && files.Count == 0)
        {
            Walk(CancellationToken.None);
        }
    }

    /// <summary>A file's text, or why it has none.</summary>
    public (string? Text, string? Fault) Read(string file)
    {
        if (!texts.TryGetValue(file, out var known))
        {
            texts[file] = known = ReadAnew(file);
        }

        return known;
    }

    (string? Text, string? Fault) ReadAnew(string file)
    {
        try
        {
            var info = new FileInfo(Path.Combine(root, file));
            if (info.LinkTarget is not null)
            {
                if (info.ResolveLinkTarget(returnFinalTarget: true) is not { } target || !IsInside(target.FullName))
                {
                    return (null, "a link that leads out of the repository");
                }

                if (!target.Exists)
                {
                    return (null, BrokenLink);
                }

                info = new FileInfo(target.FullName);
            }

            if (!info.Exists)
            {
                return (null, "there is no such file");
            }

            // Pipes and devices report no length, and opening one could wait for its other end.
            if (info.Length == 0)
            {
                return SpecialFile.Is(info.FullName) ? (null, "not a regular file but a pipe, a socket or a device") : ("", null);
            }

            if (info.Length > LargestFile)
            {
                return (null, $"larger than {LargestFile >> 20} MB");
            }

            return Decode(File.ReadAllBytes(info.FullName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, exception is UnauthorizedAccessException ? "access is denied"
                : exception.Message.Replace(root, ".", StringComparison.Ordinal));
        }
    }

    /// <summary>The fault of a link whose target does not exist: nothing can be run through it.</summary>
    public const string BrokenLink = "a link to a file that does not exist";

    bool IsInside(string path) =>
        path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || (realRoot ??= RealPath(root)) is { } real
            && path.StartsWith(real + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The root without links on the way to it.</summary>
    static string RealPath(string path)
    {
        for (var at = path; at is { Length: > 1 }; at = Path.GetDirectoryName(at)!)
        {
            if (new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                return RealPath(target.FullName + path[at.Length..]);
            }

            if (Path.GetDirectoryName(at) is null)
            {
                break;
            }
        }

        return path;
    }

    static (string? Text, string? Fault) Decode(byte[] bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => (Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2), null),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2), null),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3), null),
        _ when bytes.AsSpan(0, Math.Min(bytes.Length, 8192)).Contains((byte)0) => (null, "binary"),
        _ => (Encoding.UTF8.GetString(bytes), null),
    };

    void Walk(CancellationToken cancellationToken)
    {
        var pending = new Stack<(string Folder, GitIgnore Ignore)>();
        pending.Push(("", Exclusions()));
        var entries = new List<(string Name, bool IsFolder)>();
        while (pending.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            List(next.Folder, entries);
            var ignore = entries.Contains((".gitignore", false))
                ? next.Ignore.With(next.Folder, (Read(Join(next.Folder, ".gitignore")).Text ?? "").Split('\n'))
                : next.Ignore;
            foreach (var (name, isFolder) in entries)
            {
                var path = Join(next.Folder, name);
                if (isFolder)
                {
                    if (!Vendored.Contains(name) && !ignore.Ignores(path, true))
                    {
                        folders.Add(path);
                        pending.Push((path, ignore));
                    }
                }
                else if (name.StartsWith(".env", StringComparison.Ordinal) || !ignore.Ignores(path, false))
                {
                    // Environment files are ignored by habit, and are production's environment all the same.
                    files.Add(path);
                    if (FileKinds.IsRelevant(path, name))
                    {
                        Relevant.Add(path);
                    }
                }
            }
        }

        Relevant.Sort(StringComparer.Ordinal);
    }

    GitIgnore Exclusions() => GitIgnore.None.With("", (Read(".git/info/exclude").Text ?? "").Split('\n'));

    void List(string folder, List<(string, bool)> entries)
    {
        entries.Clear();
        try
        {
            var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 };
            entries.AddRange(new FileSystemEnumerable<(string, bool)>(
                Path.Combine(root, folder),
                (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory),
                options)
            {
                // A linked folder's content is reached under its own path, or is not the repository's.
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory
                    || (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            entries.Clear();
        }
    }

    static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}

using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;

namespace DbGate.CommandGuard.Files;

/// <summary>The files of a repository that are its own: neither ignored nor vendored. Paths are relative, with forward slashes.</summary>
sealed class Repository
{
    /// <summary>A larger file is no source of commands.</summary>
    const int LargestFile = 16 * 1024 * 1024;

    static readonly HashSet<string> Vendored = new(StringComparer.OrdinalIgnoreCase)
    {
        "node_modules", "bower_components", "jspm_packages", "vendor", ".git", ".hg", ".svn", "dist", ".next", ".nuxt", ".output", ".svelte-kit", ".turbo", ".nx", ".yarn", ".pnpm-store",
        ".venv", "venv", "__pycache__", ".tox", "coverage", ".cache", ".parcel-cache", ".terraform", ".gradle", ".idea", ".vs", ".vercel", ".netlify", ".serverless", "site-packages", "Pods", ".expo",
    };

    readonly string root;
    readonly HashSet<string> files = new(StringComparer.Ordinal);
    readonly HashSet<string> folders = new(StringComparer.Ordinal) { "" };
    readonly Dictionary<string, (string? Text, string? Fault)> texts = new(StringComparer.Ordinal);
    Dictionary<string, List<string>>? byName;

    Repository(string root) => this.root = root;

    /// <summary>How many files the walk met.</summary>
    public int Count => files.Count;

    /// <summary>The files that may hold an entrypoint or a setting, in order.</summary>
    public List<string> Relevant { get; } = [];

    /// <summary>No files at all.</summary>
    public static Repository Empty => new("");

    public static Repository Walk(string root, CancellationToken ct)
    {
        var repository = new Repository(Path.GetFullPath(root));
        repository.Walk(ct);
        return repository;
    }

    public bool Contains(string file) => files.Contains(file);

    public bool ContainsFolder(string folder) => folders.Contains(folder);

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

    /// <summary>Files with a name, wherever they stand.</summary>
    public IReadOnlyList<string> Named(string name)
    {
        if (byName is null)
        {
            byName = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var key = file[(file.LastIndexOf('/') + 1)..];
                (byName.TryGetValue(key, out var known) ? known : byName[key] = []).Add(file);
            }
        }

        return byName.GetValueOrDefault(name, []);
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
                if (info.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo target || !target.FullName.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    return (null, "a link that leads out of the repository");
                }

                info = target;
            }

            // Pipes and devices report no length; opening one could wait for ever.
            if (info.Length == 0)
            {
                return ("", null);
            }

            if (info.Length > LargestFile)
            {
                return (null, $"larger than {LargestFile >> 20} MB");
            }

            return Decode(File.ReadAllBytes(info.FullName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, exception is UnauthorizedAccessException ? "access is denied" : exception.Message.Replace(root, ".", StringComparison.Ordinal));
        }
    }

    static (string? Text, string? Fault) Decode(byte[] bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => (Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2), null),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2), null),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3), null),
        _ when bytes.AsSpan(0, Math.Min(bytes.Length, 8192)).Contains((byte)0) => (null, "binary"),
        _ => (Encoding.UTF8.GetString(bytes), null),
    };

    void Walk(CancellationToken ct)
    {
        var pending = new Stack<(string Folder, GitIgnore Ignore)>();
        pending.Push(("", Exclusions()));
        var entries = new List<(string Name, bool IsFolder)>();
        while (pending.TryPop(out var next))
        {
            ct.ThrowIfCancellationRequested();
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
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory || (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            entries.Clear();
        }
    }

    static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}

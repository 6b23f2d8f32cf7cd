using System.Text.RegularExpressions;

namespace DbGate.Migrations.Tools;

/// <summary>
/// The files of a project, for detecting its migration tool. Dependencies and build output are left out; links are not followed.
/// </summary>
sealed class ProjectTree
{
    /// <summary>As deep as src/main/resources/db/migration below a module of a repository.</summary>
    const int Depth = 8;

    const int MostFolders = 4_000;
    const int MostFiles = 100_000;
    const int LongestText = 1 << 20;

    static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "node_modules", "bin", "obj", "dist", "build", "vendor", "target", "artifacts", "site-packages", "venv", "__pycache__",
        "TestResults",
    };

    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    ProjectTree(string root, IReadOnlyList<string> files, bool isComplete) => (Root, Files, IsComplete) = (root, files, isComplete);

    /// <summary>The project's folder.</summary>
    public string Root { get; }

    /// <summary>Relative to the root, with forward slashes, sorted.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>False when the project has more files than are looked at.</summary>
    public bool IsComplete { get; }

    /// <summary>Lists the files below a folder.</summary>
    public static ProjectTree Read(string root)
    {
        var (files, open, folders) = (new List<string>(), new Queue<(string Folder, int Depth)>([(root, 0)]), 0);
        while (folders < MostFolders && files.Count < MostFiles && open.TryDequeue(out var next))
        {
            folders++;
            try
            {
                files.AddRange(Directory.EnumerateFiles(next.Folder).Where(file => !IsBesideBackup(file))
                    .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')));
                if (next.Depth < Depth)
                {
                    foreach (var folder in Directory.EnumerateDirectories(next.Folder).Where(IsOwn))
                    {
                        open.Enqueue((folder, next.Depth + 1));
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A folder that may not be read holds no evidence; the tool's own reader reports it when it is the migrations folder.
            }
        }

        files.Sort(StringComparer.Ordinal);
        return new ProjectTree(root, files, open.Count == 0);
    }

    /// <summary>The text of a file; empty when it cannot be read or is very long.</summary>
    public string Text(string file)
    {
        if (texts.TryGetValue(file, out var known))
        {
            return known;
        }

        try
        {
            var path = Path.Combine(Root, file);
            return texts[file] = new FileInfo(path).Length <= LongestText ? File.ReadAllText(path) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return texts[file] = "";
        }
    }

    /// <summary>Files whose own name matches.</summary>
    public IEnumerable<string> Named(Regex name) => Files.Where(file => name.IsMatch(NameOf(file)));

    /// <summary>Files with this name, in any folder.</summary>
    public IEnumerable<string> Named(params IReadOnlyList<string> names) =>
        Files.Where(file => names.Contains(NameOf(file), StringComparer.Ordinal));

    /// <summary>The first match in files of a kind, as "file:line"; null when there is none.</summary>
    public string? Find(IEnumerable<string> files, Regex text)
    {
        foreach (var file in files)
        {
            if (text.Match(Text(file)) is { Success: true } match)
            {
                return $"{file}:{Text(file).AsSpan(0, match.Index).Count('\n') + 1}";
            }
        }

        return null;
    }

    /// <summary>"file:line" of a NuGet package reference in a project file.</summary>
    public string? Package(params IReadOnlyList<string> names) =>
        Find(
            Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)
                || file.EndsWith(".fsproj", StringComparison.Ordinal)
                || file.EndsWith("Directory.Packages.props", StringComparison.Ordinal)),
            new Regex($"""<Package(?:Reference|Version)\s[^>]*Include\s*=\s*"(?:{string.Join('|', names.Select(Regex.Escape))})(?:\.[\w.]*)?["\s]""", RegexOptions.IgnoreCase));

    /// <summary>"file:line" of a dependency in a package.json.</summary>
    public string? NodePackage(params IReadOnlyList<string> names) =>
        Find(Named("package.json"), new Regex($"\"(?:{string.Join('|', names.Select(Regex.Escape))})\"\\s*:\\s*\""));

    /// <summary>The folder of a file; "." for the root.</summary>
    public static string FolderOf(string file) => file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : ".";

    /// <summary>The name of a file.</summary>
    public static string NameOf(string file) => file[(file.LastIndexOf('/') + 1)..];

    /// <summary>The roles that a backup needs are SQL, too, and a store may be a folder of the project.</summary>
    static bool IsBesideBackup(string file) => Path.GetFileName(file).Contains(".sql.gz.", StringComparison.Ordinal);

    static bool IsOwn(string folder) =>
        Path.GetFileName(folder) is var name && !name.StartsWith('.') && !Foreign.Contains(name)
        && !File.GetAttributes(folder).HasFlag(FileAttributes.ReparsePoint);
}

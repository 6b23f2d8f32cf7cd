using DbGate.Processes;

namespace DbGate.Storage.Local;

/// <summary>
/// Where a key is below a folder, reached without following a link. The folder itself may be a link: its owner chose it.
/// </summary>
sealed class LocalPaths(string root)
{
    const string TemporaryEnd = ".partial";

    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public string Of(string key) => Path.Join(Root, ObjectKey.Require(key));

    public string KeyOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>A hidden name next to the object's: the same file system, and no listing shows it.</summary>
    public static string TemporaryFor(string path) =>
        Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{TemporaryEnd}");

    public static bool IsTemporary(string path) =>
        Path.GetFileName(path) is ['.', ..] name && name.EndsWith(TemporaryEnd, StringComparison.Ordinal);

    /// <summary>The object's path that a temporary file was meant for.</summary>
    public static string MeantBy(string temporary)
    {
        var name = Path.GetFileName(temporary)[1..^TemporaryEnd.Length];
        return Path.Join(Path.GetDirectoryName(temporary), name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name);
    }

    /// <summary>Makes the folders that lead to a path, for their owner only, and refuses a link among them.</summary>
    public void MakeFoldersTo(string path)
    {
        if (MakeFolder(Root))
        {
            IgnoredFolder.Mark(Root);
        }

        var folder = Root;
        foreach (var segment in Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar)[..^1])
        {
            folder = Path.Join(folder, segment);
            MakeFolder(folder);
            RefuseLink(folder);
        }
    }

    public bool IsReachedWithoutLinks(string path)
    {
        for (var at = path; at.Length > Root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                return false;
            }
        }

        return true;
    }

    void RefuseLink(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null)
        {
            throw StoresProblems.FolderRefused(Root, $"{KeyOf(folder)} in it is a symbolic link, which is not followed on write");
        }
    }

    /// <summary>True when it was not there.</summary>
    static bool MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return false;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Posix.SyncFolder(Path.GetDirectoryName(folder) ?? folder);
        }

        return true;
    }
}

namespace DbGate.CommandGuard.Files;

/// <summary>Arithmetic on paths with forward slashes; no file system.</summary>
static class RepositoryPath
{
    /// <summary>Joins and resolves dots; null when the path leads out of the root.</summary>
    public static string? Resolve(string folder, string path)
    {
        path = path.Replace('\\', '/');
        var isAbsolute = path.StartsWith('/');
        var segments = new List<string>(isAbsolute ? [] : Split(folder));
        foreach (var segment in Split(path))
        {
            if (segment == "..")
            {
                if (segments.Count == 0)
                {
                    return null;
                }

                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        var joined = string.Join('/', segments);
        return isAbsolute || folder.StartsWith('/') ? "/" + joined : joined;
    }

    public static string Folder(string file) => file.LastIndexOf('/') is > 0 and var at ? file[..at] : file.StartsWith('/') ? "/" : "";

    public static string Name(string file) => file[(file.LastIndexOf('/') + 1)..];

    static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}

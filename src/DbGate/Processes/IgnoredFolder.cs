namespace DbGate.Processes;

/// <summary>
/// A folder that DbGate makes inside of a checkout for backups or reports: it gets a <c>.gitignore</c> that ignores everything, so that
/// rows of production are not committed by accident.
/// </summary>
static class IgnoredFolder
{
    /// <summary>The file that git reads.</summary>
    public const string FileName = ".gitignore";

    const string Everything = "*\n";

    /// <summary>Adds the file where the folder is inside of a checkout. What cannot be written changes nothing.</summary>
    /// <param name="folder">A folder that was just made.</param>
    public static void Mark(string folder)
    {
        if (!IsInCheckout(folder))
        {
            return;
        }

        try
        {
            using var file =
                new StreamWriter(
                    Path.Combine(folder, FileName), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
            file.Write(Everything);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The folder is there and works; the check of tracked files reports what is not ignored.
        }
    }

    static bool IsInCheckout(string folder)
    {
        for (var current = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)); current is not null; current =
            Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
            {
                return true;
            }
        }

        return false;
    }
}

namespace DbGate.Configuration;

/// <summary>Asks for files and folders so that one that may not be looked at is not taken for a missing one.</summary>
static class Folders
{
    /// <summary>True when there is a folder of this path.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder above it may not be searched.</exception>
    public static bool Exists(string path) => AttributesOf(path)?.HasFlag(FileAttributes.Directory) == true;

    /// <summary>True when there is a file of this path.</summary>
    /// <inheritdoc cref="Exists" path="/exception"/>
    public static bool HasFile(string path) => AttributesOf(path)?.HasFlag(FileAttributes.Directory) == false;

    static FileAttributes? AttributesOf(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

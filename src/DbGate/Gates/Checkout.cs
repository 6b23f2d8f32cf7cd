namespace DbGate.Gates;

/// <summary>The checkout that holds a project: in a repository of several projects it begins further up.</summary>
public static class Checkout
{
    /// <summary>
    /// The folder of a project inside of its checkout, with forward slashes: what GitHub puts before the name of a file. Empty when the project is
    /// the checkout, or stands in none.
    /// </summary>
    public static string FolderOf(string project)
    {
        for (var current = project; current is not null; current = Path.GetDirectoryName(current))
        {
            var git = Path.Combine(current, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return Path.GetRelativePath(current, project) is var inside && inside == "." ? "" : inside.Replace('\\', '/');
            }
        }

        return "";
    }

    /// <summary>A file of the project, as its checkout names it.</summary>
    /// <param name="folder">What <see cref="FolderOf"/> says.</param>
    /// <param name="file">Relative to the project.</param>
    public static string Name(string folder, string file) => string.IsNullOrEmpty(folder) ? file : $"{folder}/{file}";
}

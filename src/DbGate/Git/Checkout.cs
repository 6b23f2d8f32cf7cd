namespace DbGate.Git;

/// <summary>
/// How the checkout that holds a project names the project's files: in a repository of several projects it begins further up.
/// </summary>
sealed class Checkout
{
    const string MigrationFile = "/migration.sql";

    readonly Lazy<string?> migrations;

    /// <summary>A project whose places are known.</summary>
    /// <param name="folder">The project's folder inside of its checkout, with forward slashes; empty when it is the checkout, or is in
    /// none.</param>
    /// <param name="migrations">The folder of the migrations relative to the project; null when it is not known.</param>
    public Checkout(string folder, string? migrations = null)
        : this(folder, () => migrations)
    {
    }

    internal Checkout(string folder, Func<string?> migrations) => (Folder, this.migrations) = (folder, new(migrations));

    /// <summary>The project's folder inside of its checkout; empty when it is the checkout, or is in none.</summary>
    public string Folder { get; }

    /// <summary>The folder of the migrations relative to the project; null when it is not known.</summary>
    public string? Migrations => migrations.Value;

    /// <summary>Of a project about which nothing is known: files keep their names.</summary>
    public static Checkout None { get; } = new("");

    /// <summary>The folder of a project inside of its checkout.</summary>
    public static string FolderOf(string project)
    {
        for (var current = project; current is not null; current = Path.GetDirectoryName(current))
        {
            var git = Path.Combine(current, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return Relative(current, project) is var inside && inside == "." ? "" : inside;
            }
        }

        return "";
    }

    /// <summary>A file of the project, as its checkout names it. Begins with <c>../</c> when it is outside.</summary>
    /// <param name="file">Relative to the project; of a migration the last parts are enough.</param>
    public string Name(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var parts = new List<string>();
        foreach (var part in $"{Folder}/{OfMigration(file) ?? file}".Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>A migration's file relative to the project, whichever of its last parts a problem names; any other file as it is.</summary>
    internal string InProject(string file) => OfMigration(file) ?? file;

    string? OfMigration(string file) =>
        file.EndsWith(MigrationFile, StringComparison.Ordinal) && Migrations is { } folder
            ? $"{folder}/{file[..^MigrationFile.Length].Split('/')[^1]}{MigrationFile}"
            : null;

    static string Relative(string from, string to) => Path.GetRelativePath(from, to).Replace('\\', '/');
}

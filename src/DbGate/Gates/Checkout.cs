using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>How the checkout that holds a project names the project's files: in a repository of several projects it begins further up.</summary>
/// <param name="Folder">The project's folder inside of its checkout, with forward slashes; empty when it is the checkout, or stands in none.</param>
/// <param name="Migrations">The folder of the migrations relative to the project; null when it is not known.</param>
public sealed record Checkout(string Folder, string? Migrations = null)
{
    const string MigrationFile = "/migration.sql";

    /// <summary>Of a project about which nothing is known: files keep their names.</summary>
    public static Checkout None { get; } = new("");

    /// <summary>Looks around the project.</summary>
    public static Checkout Of(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            return new(FolderOf(settings.Root), Relative(settings.Root, PrismaProject.Locate(settings).MigrationsFolder));
        }
        catch (Exception exception) when (exception is GateException or IOException or UnauthorizedAccessException)
        {
            return new(FolderOf(settings.Root)); // whoever needs the migrations says what is wrong
        }
    }

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

    string? OfMigration(string file) =>
        Migrations is not null && file.EndsWith(MigrationFile, StringComparison.Ordinal) ? $"{Migrations}/{file[..^MigrationFile.Length].Split('/')[^1]}{MigrationFile}" : null;

    static string Relative(string from, string to) => Path.GetRelativePath(from, to).Replace('\\', '/');
}

namespace DbGate.Migrations.Tools;

/// <summary>
/// <c>dotnet ef database update</c> with the project that has the migrations, and the application that is started to read its settings.
/// </summary>
static class EfCoreCommand
{
    const string Plain = "dotnet ef database update";

    /// <returns>The command, and what about it is not certain; null when all is.</returns>
    public static (string Command, string? Doubt) From(string root, MigrationFolder folder)
    {
        string[] projects =
            [.. folder.Migrations.Select(migration => ProjectOf(root, migration.Path)).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (projects is not [var project])
        {
            return (Plain, projects.Length == 0
                ? "no project file was found above the migrations: add --project to migrations.command"
                : $"{string.Join(" and ", projects)} have migrations: add --project and --context to migrations.command");
        }

        var command = project == "." ? Plain : $"{Plain} --project={project}";
        string[] applications = [.. Applications(root).Where(one => one != project)];
        return (IsApplication(Path.Combine(root, project)), applications) switch
        {
            (true, _) => (command, null),
            (false, [var only]) => ($"{command} --startup-project={only}", null),
            (false, []) => (command, null),
            _ => (command,
                $"{string.Join(", ", applications.Take(4))} could be the application: add its --startup-project to migrations.command"),
        };
    }

    /// <summary>The folder of the nearest project file above a migration, relative to the root; null when there is none.</summary>
    static string? ProjectOf(string root, string migration)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(migration, root));
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(folder, "*.csproj").Any())
            {
                return Relative(root, folder);
            }

            if (folder == root)
            {
                return null;
            }
        }

        return null;
    }

    static IEnumerable<string> Applications(string root) => ProjectTree.Read(root).Files
        .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(file => Path.GetDirectoryName(Path.Combine(root, file))!)
        .Where(IsApplication)
        .Select(folder => Relative(root, folder));

    static bool IsApplication(string folder) => Directory.EnumerateFiles(folder, "*.csproj").Select(File.ReadAllText).Any(text =>
        text.Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal)
        || text.Contains("Microsoft.NET.Sdk.Worker", StringComparison.Ordinal)
        || (text.Contains("<OutputType>Exe", StringComparison.OrdinalIgnoreCase)
            && !text.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal)));

    static string Relative(string root, string folder) => Path.GetRelativePath(root, folder).Replace('\\', '/');
}

using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>The migration tool of a project that does not use Prisma, and how it deploys.</summary>
/// <param name="Id">The value of <c>migrations.tool</c>.</param>
/// <param name="Words">"EF Core 10.0.3: Shop.csproj:14 references …".</param>
/// <param name="Count">How many migrations it has.</param>
/// <param name="Folder">Where they are, relative with forward slashes; null where the tool spans folders.</param>
/// <param name="Command">What deploys them; null when that is not known.</param>
sealed record DetectedTool(string Id, string Words, int Count, string? Folder, string? Command)
{
    /// <summary>Why the command is not known, or is a guess; null when it is certain.</summary>
    public string? Doubt { get; init; }

    /// <summary>The tool of a project; null for Prisma, and where nothing shows one.</summary>
    /// <param name="settings">The project's.</param>
    /// <param name="trouble">Why no tool was chosen, such as two that are there.</param>
    public static DetectedTool? Find(Settings settings, out Problem? trouble)
    {
        trouble = null;
        try
        {
            var project = MigrationProject.Locate(settings);
            return project.Tool is PrismaTool ? null : From(project);
        }
        catch (GateException exception)
        {
            trouble = exception.Problem;
            return null;
        }
    }

    static DetectedTool From(MigrationProject project)
    {
        var folder = project.ReadFolder();
        var (command, doubt) = project.Tool.DeployCommand(project.Root, folder);
        return new(
            project.Tool.Facts.Id,
            project.InWords,
            folder.Migrations.Count,
            project.Tool.SpansFolders ? null : Path.GetRelativePath(project.Root, project.MigrationsFolder).Replace('\\', '/'),
            command)
        {
            Doubt = doubt,
        };
    }
}

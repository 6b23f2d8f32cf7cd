namespace DbGate.Migrations.Tools;

/// <summary>Why a project is taken for one of a tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Folder">Its migrations folder, relative to the project with forward slashes.</param>
/// <param name="Words">What was found, with file and line.</param>
sealed record ToolEvidence(MigrationTool Tool, string Folder, string Words)
{
    /// <summary>The tool's version where the project declares it.</summary>
    public Version? Version { get; init; }

    /// <summary>"EF Core: Shop.csproj:14 references Npgsql.EntityFrameworkCore.PostgreSQL; migrations in Shop/Migrations".</summary>
    public string InWords => $"{Tool.Facts.Name}: {Words}; migrations in {Folder}";
}

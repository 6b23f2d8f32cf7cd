using System.Text.RegularExpressions;

namespace DbGate.Migrations.Tools;

/// <summary>A Node tool whose migrations are JavaScript or TypeScript.</summary>
abstract partial class NodeCodeTool : CodeTool
{
    /// <summary>Its npm packages.</summary>
    protected abstract IReadOnlyList<string> Packages { get; }

    /// <summary>The names of its migration files.</summary>
    protected abstract Regex File { get; }

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.NodePackage([.. Packages]) is { } found
            ? FoldersOf(
                project,
                project.Named(File).Where(file => ProjectTree.FolderOf(file).Contains("migration", StringComparison.OrdinalIgnoreCase)),
                $"{found} depends on {Packages[0]}")
            : [];

    protected override string? NameOf(string file) =>
        !file.EndsWith(".d.ts", StringComparison.Ordinal) && !file.EndsWith(".map", StringComparison.Ordinal) && File.IsMatch(file)
            ? Named(file)
            : null;

    /// <summary>What the tool calls the migration of a file.</summary>
    protected virtual string Named(string file) => file;

    /// <summary>The name without a code file's ending.</summary>
    protected static string Stem(string name) => Ending().Replace(name, "");

    [GeneratedRegex(@"\.(?:[cm]?[jt]s)$")]
    private static partial Regex Ending();
}

using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>The migrations on disk.</summary>
/// <param name="Path">Absolute path of the folder.</param>
/// <param name="Exists">False when there is no such folder.</param>
/// <param name="Migrations">Sorted as the tool applies them.</param>
sealed record MigrationFolder(string Path, bool Exists, IReadOnlyList<Migration> Migrations)
{
    /// <summary>The tool whose migrations these are.</summary>
    internal Tools.MigrationTool Tool { get; init; } = Tools.MigrationToolCatalog.Default;

    /// <summary>What the tool does with a migration that sorts before an applied one, as the project configures it.</summary>
    internal Tools.OutOfOrderRule OutOfOrder { get => outOfOrder ?? Tool.Facts.OutOfOrder; init => outOfOrder = value; }

    readonly Tools.OutOfOrderRule? outOfOrder;

    /// <summary>Why the files cannot be judged; then nothing else is reported.</summary>
    internal Problem? Refusal { get; init; }

    /// <summary>What is wrong with the files themselves.</summary>
    internal IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Files next to the migrations that are none, such as another tool's migrations; sorted by name.</summary>
    internal IReadOnlyList<string> Unrecognized { get; init; } = [];
}

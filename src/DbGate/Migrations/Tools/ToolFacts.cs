namespace DbGate.Migrations.Tools;

/// <summary>How much DbGate does for a tool.</summary>
enum ToolSupport
{
    /// <summary>
    /// States, the SQL of pending migrations (from the files, the tool, or the rehearsal of its command) for rules and plan, deploy and
    /// verification, with the real tool in the tests.
    /// </summary>
    Full,

    /// <summary>States, deploy and verification. The SQL of pending migrations is not read, and each report states it.</summary>
    Ledger,
}

/// <summary>What a tool does with a pending migration that sorts before an applied one.</summary>
enum OutOfOrderRule
{
    /// <summary>Applies it after the newer one.</summary>
    Applies,

    /// <summary>Refuses the whole deploy.</summary>
    Refuses,

    /// <summary>Does not apply it, and does not report it.</summary>
    Skips,
}

/// <summary>What is constant about a migration tool; docs/reference/migration-tools.md is tested against it.</summary>
/// <param name="Id">The value of <c>migrations.tool</c>.</param>
/// <param name="Name">The name in reports.</param>
/// <param name="Ledger">The default name of the ledger table.</param>
sealed record ToolFacts(string Id, string Name, string Ledger)
{
    /// <summary>How much DbGate does for it.</summary>
    public required ToolSupport Support { get; init; }

    /// <summary>
    /// What the ledger stores of a file's content, in words; null when it stores nothing, so that an edit is not visible there.
    /// </summary>
    public string? Checksum { get; init; }

    /// <summary>True when the ledger records a migration that failed.</summary>
    public bool RecordsFailures { get; init; }

    /// <summary>What it does with a migration that sorts before an applied one.</summary>
    public OutOfOrderRule OutOfOrder { get; init; }

    /// <summary>The lock that shows that a migration runs now, in words; null when the tool takes none.</summary>
    public string? Lock { get; init; }

    /// <summary>The deploy command where the project does not set <c>migrations.command</c>; null when there is no usual one.</summary>
    public string? Deploy { get; init; }

    /// <summary>The tool's own status command, for people.</summary>
    public string? Status { get; init; }

    /// <summary>What the ledger and the files cannot tell, one sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>How the support was tested: with the real tool, its dumps, or ledgers made from its sources.</summary>
    public required string Tested { get; init; }

    /// <summary>The page about it.</summary>
    public string Page => $"docs/tools/{Id}.md";
}

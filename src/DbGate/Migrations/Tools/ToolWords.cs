namespace DbGate.Migrations.Tools;

/// <summary>How reports describe states of a tool; each sentence holds for all tools unless the tool has another one.</summary>
class ToolWords(MigrationTool tool)
{
    readonly ToolFacts facts = tool.Facts;

    /// <summary>What a failed migration means for the next deploy.</summary>
    public virtual string AfterFailure => $"the ledger of {facts.Name} marks it as failed";

    /// <summary>The lock under which it migrates.</summary>
    public virtual string Lock => $"the lock of {facts.Name}";

    /// <summary>What a deploy does while another session holds that lock.</summary>
    public virtual string LockedOut => Lock;

    /// <summary>What a deploy does without a migrations folder.</summary>
    public virtual string WithoutFolder => $"{facts.Name} would find nothing to apply";

    /// <summary>What a deploy does about a migration without a file; null when that is not known.</summary>
    public virtual string? WithoutFile => null;

    /// <summary>Why a database with tables has no ledger.</summary>
    public virtual string WithoutLedger =>
        "it was filled by hand or by another tool, or the ledger has another name (setting migrations.ledger)";

    /// <summary>What becomes of files with other names.</summary>
    public virtual string OtherFiles =>
        $"{facts.Name} does not apply files with such names, so they would be neither applied nor checked";

    /// <summary>What to do with them.</summary>
    public virtual string MoveFiles => "Rename each as the tool demands, or move it out of the folder";

    /// <summary>The ledger that is missing.</summary>
    public virtual string Ledger(LedgerTable table) => $"ledger of {facts.Name} ({table.Shown})";

    /// <summary>How an edit shows.</summary>
    public virtual string Edited(MigrationEntry entry) =>
        $"the ledger holds {entry.Row!.Checksum}, the file has {string.Join(" or ", entry.File?.AcceptedChecksums ?? [])} "
            + $"({facts.Checksum})";

    /// <summary>The file of a migration that is to be corrected.</summary>
    public virtual string FileOf(string migration) => migration;

    /// <summary>A fact about the project, for people.</summary>
    public virtual (string Name, string Value) Fact(MigrationProject project) => ("migration tool", project.InWords);
}

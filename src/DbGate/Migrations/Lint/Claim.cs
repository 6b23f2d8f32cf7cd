namespace DbGate.Migrations.Lint;

/// <summary>What a rule claims of a statement that a rehearsal can measure.</summary>
[Flags]
enum Claim
{
    /// <summary>Nothing: a rehearsal cannot tell what a release or a reader makes of it.</summary>
    None = 0,

    /// <summary>Data is lost.</summary>
    Loss = 1,

    /// <summary>A table is rewritten.</summary>
    Rewrite = 2,

    /// <summary>The rows of the table are read.</summary>
    Scan = 4,

    /// <summary>The locks that the statement is known for are taken.</summary>
    Lock = 8,

    /// <summary>The server refuses the statement.</summary>
    Refusal = 16,

    /// <summary>An earlier statement of the transaction keeps its lock while this one runs.</summary>
    HeldLock = 32,
}

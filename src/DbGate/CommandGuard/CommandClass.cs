namespace DbGate.CommandGuard;

/// <summary>What a command does to the database it meets.</summary>
public enum CommandClass
{
    /// <summary>No command of the Prisma CLI that touches a database.</summary>
    None,

    /// <summary>Safe on a release path: <c>migrate deploy</c>, <c>migrate status</c>, <c>generate</c>, <c>validate</c>, …</summary>
    Allowed,

    /// <summary>Changes what the ledger claims without running anything: <c>migrate resolve</c>.</summary>
    HistoryRewriting,

    /// <summary>May drop tables, columns or rows without a migration: <c>db push</c>, <c>migrate reset</c>, <c>migrate dev</c>, …</summary>
    Destructive,
}

/// <summary>What a path through the repository is run for.</summary>
public enum PathClass
{
    /// <summary>It cannot be told. Counts like <see cref="Production"/>.</summary>
    Unknown,

    /// <summary>A path that a production deployment runs.</summary>
    Production,

    /// <summary>A developer's machine, a test job, a preview: reported, not blocked.</summary>
    Development,

    /// <summary>The policy says not to look.</summary>
    Ignored,
}

namespace DbGate.Backups;

/// <summary>What a stretch of the archive holds. In the file they are in this order.</summary>
public enum PartKind
{
    /// <summary>Settings of the session; to be run before any other part.</summary>
    Header,

    /// <summary>Definitions that must exist before the rows.</summary>
    PreData,

    /// <summary>Rows.</summary>
    Data,

    /// <summary>Contents of large objects.</summary>
    LargeObjects,

    /// <summary>Where the sequences are.</summary>
    Sequences,

    /// <summary>Indexes, constraints, triggers, policies, and the refresh of materialized views.</summary>
    PostData,

    /// <summary>The closing comment of a complete dump.</summary>
    Footer,
}

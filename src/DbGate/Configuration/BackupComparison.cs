namespace DbGate.Configuration;

/// <summary>How much of the rows a restored cluster is compared by.</summary>
enum BackupComparison
{
    /// <summary>Samples of the pages of large tables; all rows of the others.</summary>
    Sampled,

    /// <summary>All rows.</summary>
    Complete,
}

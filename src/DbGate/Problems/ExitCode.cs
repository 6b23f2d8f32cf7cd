namespace DbGate.Problems;

/// <summary>What a process ends with. The numbers are a contract: pipelines branch on them.</summary>
public enum ExitCode
{
    /// <summary>Everything that was asked for holds.</summary>
    Pass = 0,

    /// <summary>A fault of DbGate itself.</summary>
    InternalFault = 1,

    /// <summary>A wrong option or a wrong setting.</summary>
    Usage = 2,

    /// <summary>A check failed, or could not be run.</summary>
    Blocked = 10,

    /// <summary>The plan or its evidence is out of date.</summary>
    Stale = 11,

    /// <summary>Another deploy or backup of the same target is under way.</summary>
    Locked = 12,

    /// <summary>The environment failed (network, disk, server, store); a retry may help.</summary>
    Environment = 20,

    /// <summary>Credentials were refused.</summary>
    Credentials = 21,

    /// <summary>A migration failed; the database has changed, or its state is unknown.</summary>
    MigrationFailed = 30,

    /// <summary>Cancelled by a signal.</summary>
    Cancelled = 130,
}

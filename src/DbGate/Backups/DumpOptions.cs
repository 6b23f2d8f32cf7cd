using DbGate.Configuration;

namespace DbGate.Backups;

/// <summary>How a backup is made. The defaults suit nearly everyone.</summary>
public sealed record DumpOptions
{
    /// <summary>Who reads the rows.</summary>
    internal DumpReader Reader { get; init; }

    /// <summary>How many connections read at the same time; null = one per core, at most 4.</summary>
    public int? Jobs { get; init; }

    internal int JobsOrDefault => Jobs ?? Backup.UsualJobs;

    /// <summary>zlib's level, 1 to 9; null = 2, and 6 while the store is slower than the reading.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How long to wait for a table that another session has locked.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may stay silent in the middle of the data before the backup is given up.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The time for the whole backup.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Allow a standby as the source. Its unlogged tables have no rows, and queries may be cancelled by replay.</summary>
    public bool AllowStandby { get; init; }

    /// <summary>Bytes of table (with TOAST) that one worker copies at a time.</summary>
    public long SliceBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Bytes of plain text in a member, at least; larger when the database is so large that the manifest would not stay small.
    /// </summary>
    public int MemberBytes { get; init; } = 1 << 20;

    /// <summary>Compressed bytes that may wait for their turn in the file.</summary>
    public int HoldBytes { get; init; } = 16 << 20;

    /// <summary>Compressed bytes of a large table that are together at least, where several are written in turns.</summary>
    internal int RunBytes { get; init; } = 4 << 20;
}

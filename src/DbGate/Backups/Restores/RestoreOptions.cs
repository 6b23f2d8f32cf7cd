using DbGate.Backups;

namespace DbGate.Backups.Restores;

/// <summary>How a restore is carried out. The defaults suit nearly everyone.</summary>
sealed record RestoreOptions
{
    /// <summary>How many connections load rows at the same time; null = one per core, at most 4.</summary>
    public int? Jobs { get; init; }

    /// <summary>Plain bytes of neighbouring members that one connection loads at a time.</summary>
    public long SliceBytes { get; init; } = 32L << 20;

    /// <summary>The time for loading, from the first byte to the last index.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long to wait for other sessions to leave a database that is to be renamed.</summary>
    public TimeSpan SwapTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of statements behind the rows that are planned as a whole, at most.</summary>
    internal long LargestIndexPlan { get; init; } = IndexPlan.LargestText;

    internal int JobsOrDefault => Jobs ?? Math.Clamp(Environment.ProcessorCount, 1, 4);

    internal DumpOptions Reading => new() { Jobs = Jobs, Deadline = Deadline };
}

/// <summary>How far a restore is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="DoneBytes">Bytes of SQL handed to the server; while comparing, bytes read back.</param>
/// <param name="TotalBytes">How many there will be in this stage; 0 = not known.</param>
sealed record RestoreProgress(string Stage, long DoneBytes, long TotalBytes);

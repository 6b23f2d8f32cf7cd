namespace DbGate.Backups.Providers;

/// <summary>A base backup, as its engine reports it.</summary>
sealed record EngineBackup
{
    /// <summary>The engine's own name for it.</summary>
    public required string Label { get; init; }

    /// <summary>For people: full, incremental, snapshot.</summary>
    public required string Kind { get; init; }

    /// <summary>The cluster that it is of; null when the engine does not report it.</summary>
    public required string? SystemIdentifier { get; init; }

    /// <summary>The major version of the cluster.</summary>
    public required int ServerMajor { get; init; }

    /// <summary>When it was complete.</summary>
    public required DateTimeOffset StoppedAt { get; init; }

    /// <summary>The file name of the first WAL segment that its recovery needs; null when the engine does not report it.</summary>
    public required string? FirstWal { get; init; }

    /// <summary>Bytes that a restore takes; 0 when the engine does not report them.</summary>
    public long Bytes { get; init; }

    /// <summary>The end of what the engine can restore; null when it is known by the WAL archive.</summary>
    public DateTimeOffset? RestorableUntil { get; init; }

    /// <summary>What the engine itself does not cover.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>Commands of the engine that restore it, where DbGate does not know them.</summary>
    public IReadOnlyList<string> Recovery { get; init; } = [];

    /// <summary>Where the engine keeps it, in the engine's words; each engine has its own.</summary>
    public string Place { get; init; } = "";
}

/// <summary>A point in the write-ahead log that a recovery stops at.</summary>
/// <param name="Name">Its name; null where none could be created, and the time counts.</param>
/// <param name="Lsn">Its position.</param>
/// <param name="WalFile">The segment that contains it.</param>
/// <param name="At">When, by the database's clock (UTC).</param>
sealed record RestorePoint(string? Name, string Lsn, string WalFile, DateTimeOffset At);

/// <summary>What an engine's verification read.</summary>
/// <param name="Words">For people.</param>
/// <param name="NotChecked">What it did not read.</param>
sealed record EngineVerification(string Words, IReadOnlyList<string> NotChecked);

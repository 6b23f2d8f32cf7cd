namespace DbGate.Migrations;

/// <summary>What is true of one migration.</summary>
enum MigrationState
{
    /// <summary>Executed, and the file is the one that was executed.</summary>
    Applied,

    /// <summary>On disk, and the next deploy would execute it.</summary>
    Pending,

    /// <summary>Began, never finished, and no one is migrating now.</summary>
    Failed,

    /// <summary>Unfinished, and a person holds the migration lock now.</summary>
    Running,

    /// <summary>Only rolled-back rows, or interrupted before anything was applied: the next deploy would execute it again.</summary>
    RolledBack,

    /// <summary>Applied, but the file has changed since.</summary>
    Edited,

    /// <summary>Applied, but its directory is gone.</summary>
    Missing,

    /// <summary>Marked as applied by hand; its SQL was never executed.</summary>
    Claimed,

    /// <summary>A directory without <c>migration.sql</c> (P3015).</summary>
    NoFile,
}

/// <summary>One migration with its state.</summary>
/// <param name="Name">The migration.</param>
/// <param name="State">Its state.</param>
/// <param name="File">What is on disk; null when missing.</param>
/// <param name="Row">The row that decided; null when there is none.</param>
sealed record MigrationEntry(string Name, MigrationState State, Migration? File, LedgerRow? Row)
{
    /// <summary>True when it is pending but sorts before one that is applied already.</summary>
    public bool IsOutOfOrder { get; init; }
}

/// <summary>Ledger and folder held against each other.</summary>
/// <param name="Entries">Every migration of either side, sorted by name.</param>
sealed record MigrationStatus(IReadOnlyList<MigrationEntry> Entries)
{
    /// <summary>What the next deploy would execute, in order.</summary>
    public IEnumerable<MigrationEntry> Pending =>
        Entries.Where(entry => entry.State is MigrationState.Pending or MigrationState.RolledBack);

    /// <summary>How many there are in a state.</summary>
    public int Count(MigrationState state) => Entries.Count(entry => entry.State == state);

    /// <summary>Decides every migration's state. Pure; docs/reference/ledger.md has the rules.</summary>
    public static MigrationStatus Decide(MigrationFolder folder, Ledger ledger)
    {
        ledger = folder.Tool.Interpret(folder, ledger);
        var rows = ledger.Rows.ToLookup(row => row.Name, StringComparer.Ordinal);
        var files = folder.Migrations.ToDictionary(migration => migration.Name, StringComparer.Ordinal);
        var entries = files.Keys.Union(rows.Select(group => group.Key), StringComparer.Ordinal)
            .OrderBy(Key, StringComparer.Ordinal)
            .ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => Decide(name, files.GetValueOrDefault(name), [.. rows[name]], ledger.LockHolder is not null))
            .OfType<MigrationEntry>()
            .ToArray();
        var lastApplied = entries
            .Where(entry => entry.Row?.IsApplied == true && folder.Tool.HasOrder(entry.Name))
            .Select(entry => entry.Name)
            .LastOrDefault("");
        var newest = lastApplied.Length == 0 ? "" : Key(lastApplied);
        string Key(string name) => files.GetValueOrDefault(name)?.Order ?? folder.Tool.SortKey(name);

        return new MigrationStatus(
        [
            .. entries.Select(entry => entry with
            {
                IsOutOfOrder = entry.State is MigrationState.Pending or MigrationState.RolledBack
                    && string.CompareOrdinal(Key(entry.Name), newest) < 0,
            }),
        ]);
    }

    static MigrationEntry? Decide(string name, Migration? file, LedgerRow[] rows, bool someoneMigrates)
    {
        // An unfinished row outweighs everything: a tool that records failures refuses to deploy past it.
        if (rows.LastOrDefault(row => row.IsUnfinished) is { } unfinished)
        {
            return someoneMigrates ? new(name, MigrationState.Running, file, unfinished)
                : unfinished.IsInterrupted && file?.Checksum is not null ? new(name, MigrationState.RolledBack, file, unfinished)
                : new(name, MigrationState.Failed, file, unfinished);
        }

        var applied = rows.LastOrDefault(row => row.IsApplied);
        return (file, applied) switch
        {
            (null, null) => null, // rolled back, and its directory removed: nothing is left of it
            (null, _) => new(name, MigrationState.Missing, null, applied),
            ({ Checksum: null }, _) => new(name, MigrationState.NoFile, file, applied),
            (_, null) => new(name, rows.Length > 0 ? MigrationState.RolledBack : MigrationState.Pending, file, rows.LastOrDefault()),
            _ when !file.Matches(applied.Checksum) => new(name, MigrationState.Edited, file, applied),
            _ => new(name, applied.IsClaimed ? MigrationState.Claimed : MigrationState.Applied, file, applied),
        };
    }
}

namespace DbGate.Backups.History;

/// <summary>The backups of one database over time, as its store shows them. Oldest first, so that it reads from left to right.</summary>
/// <param name="Store">Where they are, for people.</param>
/// <param name="Backups">The newest ones; each manifest was opened, no archive was read again.</param>
/// <param name="Older">How many more there are that were not opened.</param>
/// <param name="RestoreTests">The newest restore tests, passed or not.</param>
/// <param name="Tables">The tables that hold most rows or changed most.</param>
sealed record BackupHistory(
    string Store, IReadOnlyList<BackupPoint> Backups, int Older, IReadOnlyList<RestoreTestPoint> RestoreTests,
    IReadOnlyList<TableGrowth> Tables);

/// <summary>A backup.</summary>
/// <param name="Key">The archive's name in the store.</param>
/// <param name="TakenAt">The moment that it shows.</param>
/// <param name="Bytes">Size of the archive.</param>
/// <param name="DatabaseBytes">Size of the database on the server's disk at that moment.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Took">From its start to the end of its verification.</param>
/// <param name="Level">How far it is proven, <c>L0</c> to <c>L3</c>, restore tests included.</param>
sealed record BackupPoint(
    string Key, DateTimeOffset TakenAt, long Bytes, long DatabaseBytes, long Rows, TimeSpan Took, string Level);

/// <summary>A restore test.</summary>
/// <param name="Archive">The archive that was restored.</param>
/// <param name="TestedAt">When it ended.</param>
/// <param name="Passed">What was restored is what was backed up.</param>
/// <param name="Level"><c>L2</c>: definitions only; <c>L3</c>: every row compared.</param>
/// <param name="RestoreTime">The measured time to restore.</param>
/// <param name="Rows">Rows that were compared.</param>
sealed record RestoreTestPoint(string Archive, DateTimeOffset TestedAt, bool Passed, string Level, TimeSpan RestoreTime, long Rows);

/// <summary>A table over the same backups.</summary>
/// <param name="Table">Schema and name.</param>
/// <param name="Rows">Its rows in each backup; null where it did not exist.</param>
sealed record TableGrowth(string Table, IReadOnlyList<long?> Rows)
{
    /// <summary>Rows in the newest backup that has it.</summary>
    public long Latest => Rows.LastOrDefault(rows => rows is not null) ?? 0;

    /// <summary>How far it moved between the first and the last backup that have it.</summary>
    public long Change => Latest - (Rows.FirstOrDefault(rows => rows is not null) ?? 0);
}

namespace DbGate.Backups;

/// <summary>How far a backup is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="What">The table or section that was begun last.</param>
/// <param name="PlainBytes">Bytes read from the server.</param>
/// <param name="Rows">Rows of the tables that are complete.</param>
/// <param name="StoredBytes">Compressed bytes handed to the stores.</param>
/// <param name="ExpectedBytes">The size of all tables in the database: what <paramref name="PlainBytes"/> comes near to. 0 = not
/// known.</param>
sealed record BackupProgress(string Stage, string What, long PlainBytes, long Rows, long StoredBytes, long ExpectedBytes);

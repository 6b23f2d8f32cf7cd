namespace DbGate.Releases.Plans;

/// <summary>The rows that a rehearsed migration wrote in a table that was there before it.</summary>
/// <param name="Table">Qualified name, as it was before the migration.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Deleted">Rows deleted; a TRUNCATE counts none, and is among the rewritten tables.</param>
sealed record RehearsedWrites(string Table, long Inserted, long Updated, long Deleted);

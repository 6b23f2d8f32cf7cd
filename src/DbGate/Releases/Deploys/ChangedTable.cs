namespace DbGate.Releases.Deploys;

/// <summary>What an open transaction has done to a table that was there before it.</summary>
/// <param name="Table">Qualified name, as it was before.</param>
/// <param name="IsDropped">The table is gone.</param>
/// <param name="HasNewFile">It was emptied or rewritten.</param>
/// <param name="DroppedColumns">Qualified names of its columns that are gone.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Deleted">Rows deleted.</param>
sealed record ChangedTable(
    string Table, bool IsDropped, bool HasNewFile, IReadOnlyList<string> DroppedColumns, long Inserted, long Updated, long Deleted);

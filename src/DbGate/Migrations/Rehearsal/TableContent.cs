namespace DbGate.Migrations.Rehearsal;

/// <summary>What a table holds, counted and hashed.</summary>
/// <param name="Oid">Its number, which a rename does not change.</param>
/// <param name="Name">Qualified name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="RowHash">Over whole rows, for a table without a primary key; null for others, whose column hashes are tied to the
/// key.</param>
/// <param name="Columns">In order.</param>
/// <param name="Key">The numbers of the columns that the hashes are tied to; empty when there is no primary key.</param>
sealed record TableContent(
    uint Oid, string Name, long Rows, string? RowHash, IReadOnlyList<ColumnContent> Columns, IReadOnlyList<int> Key)
{
    /// <summary>Whether both hold the same values in the same columns of the same rows.</summary>
    public bool Equals(TableContent? other) =>
        other is not null && Rows == other.Rows && RowHash == other.RowHash && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rows, RowHash);
}

/// <summary>What a column holds.</summary>
/// <param name="Number">Its number in the table, which a rename does not change.</param>
/// <param name="Name">Its name, without quotes.</param>
/// <param name="Type">As PostgreSQL writes it.</param>
/// <param name="Values">How many values are not null.</param>
/// <param name="Hash">The sum of a 64-bit hash of each value, seeded with a hash of the row's key.</param>
sealed record ColumnContent(int Number, string Name, string Type, long Values, string Hash);

using System.Text.Json.Serialization;

namespace DbGate.Backups.Providers;

/// <summary>What a database contains at one moment, as far as it was read.</summary>
sealed record EngineContent
{
    /// <summary>Each table with the ranges that were read.</summary>
    public required IReadOnlyList<EngineTable> Tables { get; init; }

    /// <summary>The sequences.</summary>
    public required IReadOnlyList<EngineSequence> Sequences { get; init; }

    /// <summary>Bytes of the tables that were read.</summary>
    public required long ReadBytes { get; init; }

    /// <summary>Bytes of all tables.</summary>
    public required long AllBytes { get; init; }

    /// <summary>
    /// Transactions that ran at the moment of the snapshot; of a copy, those of them that are committed at the restore point.
    /// </summary>
    public required IReadOnlyList<string> Running { get; init; }

    /// <summary>What was not read.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }

    /// <summary>The rows that were counted.</summary>
    public long Rows() => Tables.Sum(table => table.Ranges.Sum(range => range.Rows));
}

/// <summary>A table.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Ranges">What was read of it; empty: nothing.</param>
sealed record EngineTable(string Schema, string Name, IReadOnlyList<EngineRange> Ranges)
{
    /// <summary>
    /// Rows of a copy by transactions that committed at the very moment: their record is before the restore point, and the snapshot does
    /// not show them. They are not counted in <see cref="Ranges"/>.
    /// </summary>
    [JsonIgnore]
    public long Later { get; init; }
}

/// <summary>Rows of some pages. A physical copy has each row in the same page.</summary>
/// <param name="From">The first page; null: from the beginning.</param>
/// <param name="To">The page after the last one; null: to the end.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Hash">The sum of the rows' hashes, decimal; does not depend on their order.</param>
sealed record EngineRange(long? From, long? To, long Rows, string Hash);

/// <summary>
/// A sequence. Its values belong to no snapshot, and the WAL runs ahead of them: it was read before and after the restore point, and a
/// recovered one is between.
/// </summary>
/// <param name="Name">Its qualified, quoted name.</param>
/// <param name="Least">The smallest value that a recovered one may have.</param>
/// <param name="Most">The largest one.</param>
sealed record EngineSequence(string Name, long Least, long Most);

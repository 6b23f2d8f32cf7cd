using DbGate.Configuration;

namespace DbGate.Backups.Providers;

/// <summary>A table of a database.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">The bytes of its main file.</param>
/// <param name="IsLockable">False for a materialized view.</param>
sealed record ReadableTable(uint Oid, string Schema, string Name, long Bytes, bool IsLockable = true);

/// <summary>Decides which pages of which tables are read. Pure.</summary>
static class ContentPlan
{
    const long WholeBelow = 64L << 20;
    const long SampleBytes = 8L << 20;
    const int Samples = 8;

    // So that several connections read one large table.
    const long PieceBytes = 256L << 20;

    /// <summary>The ranges, without rows and hashes.</summary>
    /// <param name="tables">All tables.</param>
    /// <param name="comparison">All rows, or samples of large tables.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="pick">Returns any number from 0 up to below its argument; chooses the samples.</param>
    public static IReadOnlyList<EngineTable> Of(
        IReadOnlyList<ReadableTable> tables, BackupComparison comparison, int pageSize, Func<int, int> pick) =>
        [.. tables.Select(table => new EngineTable(
            table.Schema, table.Name,
            table.Bytes <= WholeBelow ? [Range(null, null)]
            : comparison == BackupComparison.Complete ? Pieces(table.Bytes / pageSize, PieceBytes / pageSize)
            : Sampled(table.Bytes / pageSize, SampleBytes / pageSize, pick)))];

    /// <summary>The bytes that these ranges cover, about.</summary>
    public static long Bytes(EngineTable planned, long bytes, int pageSize) =>
        Math.Min(bytes, planned.Ranges.Sum(range => range.From is null && range.To is null ? bytes
            : ((range.To ?? (bytes / pageSize)) - (range.From ?? 0)) * pageSize));

    static EngineRange[] Pieces(long pages, long each)
    {
        var count = Math.Max(1, pages / each);
        return [.. Enumerable.Range(0, (int)count).Select(piece =>
            Range(piece == 0 ? null : piece * each, piece == count - 1 ? null : (piece + 1) * each))];
    }

    // The first and the last pages are always read: what is lost at an end is lost there.
    static EngineRange[] Sampled(long pages, long each, Func<int, int> pick)
    {
        var starts = Enumerable.Range(0, Samples - 2).Select(_ => pick((int)(pages / each)) * each)
            .Append(0).Distinct().Order().ToArray();
        return
        [
            .. starts.Where(start => start + each <= pages - each).Select(start => Range(start, start + each)),
            Range(pages - each, null),
        ];
    }

    static EngineRange Range(long? from, long? to) => new(from, to, 0, "0");
}

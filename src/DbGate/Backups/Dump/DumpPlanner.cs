using System.Text;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Backups.Dump;

/// <summary>
/// Decides into which parts a dump is cut: large tables whole where that leaves all connections enough to do, else by ranges of pages;
/// small ones together. A pure function of the inventory.
/// </summary>
static class DumpPlanner
{
    const int MostTablesTogether = 64;

    // Each pg_dump reads the catalogs of the whole database: so many of them, whatever the number of tables. And their names are arguments.
    const int MostDumpsOfSmallTables = 16;
    const int MostArguments = 4096;

    const int PartsBesideIndexes = 3;

    // Of what each connection would read of equal shares.
    const double LargestShare = 1.4;

    /// <summary>What is before the rows.</summary>
    public static SectionPiece Definitions { get; } = new(PartKind.PreData, "the definitions", ["--section=pre-data"]);

    /// <summary>All large objects.</summary>
    public static SectionPiece LargeObjects { get; } =
        new(PartKind.LargeObjects, "the large objects", ["--section=data", "--exclude-table-data=*.*"]);

    /// <summary>What is behind the rows.</summary>
    public static SectionPiece Indexes { get; } = new(PartKind.PostData, "the indexes and constraints", ["--section=post-data"]);

    /// <summary>All parts, in the order in which they are taken up; they are in the file as <see cref="DumpPart.Place"/> states.</summary>
    public static IReadOnlyList<DumpPart> Cut(Inventory inventory, DumpOptions options, string encoding, string? restrictKey)
    {
        var parts = new List<DumpPart>();
        void Add(DumpTask piece) => parts.Add(new(0, [piece]));

        Add(SqlTexts.Header(inventory.Database, encoding, restrictKey));
        Add(Definitions);
        parts.AddRange(Data(inventory, options, encoding));
        if (inventory.LargeObjects > 0)
        {
            Add(LargeObjects);
        }

        if (inventory.Sequences.Count > 0)
        {
            Add(SqlTexts.Sequences(inventory.Sequences));
        }

        Add(Indexes);
        Add(SqlTexts.Footer(restrictKey));
        return [.. parts.Select((part, order) => part with { Order = order })];
    }

    /// <summary>
    /// In which order workers take the parts up: that of the file, but for the indexes and constraints, which would keep one worker busy at
    /// the end while the others have nothing left to do. They wait in memory for their turn, and so are not made much earlier, nor before
    /// every worker reads rows. A single worker would wait for itself.
    /// </summary>
    public static IReadOnlyList<DumpPart> Schedule(IReadOnlyList<DumpPart> parts, int jobs)
    {
        var last = parts.TakeWhile(part => part.Kind != PartKind.PostData).Count();
        if (jobs < 2 || last == parts.Count)
        {
            return parts;
        }

        var firstData = parts.TakeWhile(part => part.Kind is PartKind.Header or PartKind.PreData).Count();
        var early = Math.Clamp(last - (jobs * PartsBesideIndexes), Math.Min(firstData + jobs, last), last);
        return [.. parts.Take(early), parts[last], .. parts.Skip(early).Take(last - early), .. parts.Skip(last + 1)];
    }

    /// <summary>The ranges of one table; a single null when it is copied whole.</summary>
    public static IReadOnlyList<PageRange?> Ranges(TableInfo table, long sliceBytes, int serverMajor)
    {
        var slices = Math.Min(table.Pages, (table.Bytes + sliceBytes - 1) / sliceBytes);
        if (slices <= 1 || !table.IsHeap || !table.Condition.IsEmpty || serverMajor < 14)
        {
            return [null];
        }

        var pages = (table.Pages + slices - 1) / slices;
        var ranges = new List<PageRange?>();
        for (var first = 0L; first < table.Pages; first += pages)
        {
            ranges.Add(new PageRange(first, first + pages < table.Pages ? first + pages : null));
        }

        return ranges;
    }

    // A scan from the first page to the last takes a table of more than a quarter of shared_buffers through a ring of 256 KiB. A range of
    // pages has no such ring: it costs the server a third more CPU, and pushes what its cache holds out. But one connection must not be
    // left to read on alone.
    static bool IsBetterWhole(TableInfo table, long bytes, int jobs, long bufferPages) =>
        table.Pages > bufferPages / 4 && table.Bytes * jobs <= bytes * LargestShare;

    static IEnumerable<DumpPart> Data(Inventory inventory, DumpOptions options, string encoding)
    {
        var byPgDump = options.Reader == DumpReader.PgDump;
        var bytes = inventory.Tables.Sum(table => table.Bytes);
        var tables = inventory.Tables.Select(table => (
            Table: table,
            Ranges: byPgDump || IsBetterWhole(table, bytes, options.JobsOrDefault, inventory.Database.BufferPages)
                ? [null]
                : Ranges(table, options.SliceBytes, inventory.Database.ServerVersion / 10000))).ToArray();
        bool IsLarge((TableInfo Table, IReadOnlyList<PageRange?> Ranges) cut) =>
            cut.Ranges.Count == 1 && cut.Table.Bytes > options.SliceBytes;

        // The largest first, so that no worker is left with it at the end.
        return
        [
            .. tables.Where(IsLarge)
                .OrderByDescending(cut => cut.Table.Bytes)
                .Select(cut => new DumpPart(0, Whole([cut.Table], byPgDump, encoding), IsLargeTable: true)),
            .. Smaller(tables.Where(cut => !IsLarge(cut)), options.SliceBytes, byPgDump, encoding)
                .Select(pieces => new DumpPart(0, pieces)),
        ];
    }

    static IEnumerable<IReadOnlyList<DumpTask>> Smaller(
        IEnumerable<(TableInfo Table, IReadOnlyList<PageRange?> Ranges)> tables, long sliceBytes, bool byPgDump, string encoding)
    {
        var all = tables.ToArray();
        var most = byPgDump ? Math.Clamp(all.Length / MostDumpsOfSmallTables, MostTablesTogether, MostArguments) : MostTablesTogether;
        var together = new List<TableInfo>();
        var bytes = 0L;
        foreach (var (table, ranges) in all)
        {
            var alone = byPgDump && !IsFoundByPgDump(table, encoding);
            if (together.Count > 0
                && (alone || ranges.Count > 1 || bytes + table.Bytes > sliceBytes || together.Count == most))
            {
                yield return Whole(together, byPgDump, encoding);
                (together, bytes) = ([], 0);
            }

            if (alone)
            {
                yield return Whole([table], byPgDump, encoding);
            }
            else if (ranges.Count > 1)
            {
                foreach (var range in ranges)
                {
                    yield return [new CopyPiece(table, range)];
                }
            }
            else
            {
                together.Add(table);
                bytes += table.Bytes;
            }
        }

        if (together.Count > 0)
        {
            yield return Whole(together, byPgDump, encoding);
        }
    }

    static IReadOnlyList<DumpTask> Whole(List<TableInfo> tables, bool byPgDump, string encoding) =>
        byPgDump && IsFoundByPgDump(tables[0], encoding)
            ? [new TablesPiece(tables)]
            : [.. tables.Select(table => new CopyPiece(table, null))];

    // pg_dump names the table whose rows follow by its COPY statement only; one that loads into another is left to psql.
    // Its patterns are read in the database's encoding, arguments are written in UTF-8.
    static bool IsFoundByPgDump(TableInfo table, string encoding) =>
        table.Root is null && table.Extension is null && (encoding == "UTF8" || (Ascii.IsValid(table.Schema) && Ascii.IsValid(table.Name)));
}

using System.Text;
using DbGate.Problems;

namespace DbGate.Backups.Dump;

/// <summary>Decides into which parts a dump is cut: large heaps by ranges of pages, small tables together. A pure function of the inventory.</summary>
static class Slicer
{
    const int MostTablesTogether = 64;
    const int PartsBesideIndexes = 3;

    /// <summary>All parts, in the order in which they stand in the file.</summary>
    public static IReadOnlyList<DumpPart> Cut(Inventory inventory, DumpOptions options, string encoding, string? restrictKey)
    {
        var pieces = new List<IReadOnlyList<DumpPiece>>
        {
            new[] { SqlTexts.Header(inventory.Database, encoding, restrictKey) },
            new[] { new SectionPiece(PartKind.PreData, "the definitions", ["--section=pre-data"]) },
        };
        pieces.AddRange(Data(inventory, options, encoding));
        if (inventory.LargeObjects > 0)
        {
            pieces.Add([new SectionPiece(PartKind.LargeObjects, "the large objects", ["--section=data", "--exclude-table-data=*.*"])]);
        }

        if (inventory.Sequences.Count > 0)
        {
            pieces.Add([SqlTexts.Sequences(inventory.Sequences)]);
        }

        pieces.Add([new SectionPiece(PartKind.PostData, "the indexes and constraints", ["--section=post-data"])]);
        pieces.Add([SqlTexts.Footer(restrictKey)]);
        return [.. pieces.Select((part, order) => new DumpPart(order, part))];
    }

    /// <summary>
    /// In which order workers take the parts up: that of the file, but for the indexes and constraints, which would keep one worker busy at the end while
    /// the others have nothing left to do. They wait in memory for their turn, and so are not made much earlier, nor before every worker reads rows. A single
    /// worker would wait for itself.
    /// </summary>
    public static IReadOnlyList<DumpPart> Schedule(IReadOnlyList<DumpPart> parts, int jobs)
    {
        var last = parts.TakeWhile(part => part.Pieces[0].Kind != PartKind.PostData).Count();
        if (jobs < 2 || last == parts.Count)
        {
            return parts;
        }

        var firstData = parts.TakeWhile(part => part.Pieces[0].Kind is PartKind.Header or PartKind.PreData).Count();
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

    static IEnumerable<IReadOnlyList<DumpPiece>> Data(Inventory inventory, DumpOptions options, string encoding)
    {
        var byPgDump = options.Reader == DumpReader.PgDump;
        var together = new List<TableInfo>();
        var bytes = 0L;
        foreach (var table in inventory.Tables)
        {
            // pg_dump names the table whose rows follow by its COPY statement only; one that loads into another is left to psql.
            // Its patterns are read in the database's encoding, arguments are written in UTF-8.
            var alone = byPgDump && (table.Root is not null || table.Extension is not null
                || (encoding != "UTF8" && !(Ascii.IsValid(table.Schema) && Ascii.IsValid(table.Name))));
            var ranges = byPgDump ? [null] : Ranges(table, options.SliceBytes, inventory.Database.ServerVersion / 10000);
            if (together.Count > 0 && (alone || ranges.Count > 1 || bytes + table.Bytes > options.SliceBytes || together.Count == MostTablesTogether))
            {
                yield return Together(together, byPgDump);
                (together, bytes) = ([], 0);
            }

            if (alone)
            {
                yield return [new CopyPiece(table, null)];
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
            yield return Together(together, byPgDump);
        }
    }

    static IReadOnlyList<DumpPiece> Together(List<TableInfo> tables, bool byPgDump) =>
        byPgDump ? [new TablesPiece(tables)] : [.. tables.Select(table => new CopyPiece(table, null))];
}

using CsCheck;
using DbGate.Configuration;
using DbGate.Backups;
using DbGate.Backups.Dump;

namespace DbGate.Tests.Backups.Dump;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Slices
{
    [Test]
    public void Cover_every_page_exactly_once() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 10_000_000_000], Gen.Long[1, 1 << 30]).Sample((pages, bytes, slice) =>
    {
        var ranges = DumpPlanner.Ranges(Table("t", pages, bytes), slice, 15);

        return ranges is [null]
            || (ranges[0]!.First == 0
            && ranges[^1]!.End is null
            && ranges.Zip(ranges.Skip(1), (one, next) => one!.End == next!.First).All(joined => joined)
            && ranges.All(range => range!.End is null || range.End > range.First));
    });

    [Test]
    public void Are_not_cut_where_ranges_would_be_slow_or_wrong()
    {
        var table = Table("t", 100_000, 800_000_000);

        Assert.That(DumpPlanner.Ranges(table, 1 << 20, 13), Is.EqualTo(new PageRange?[] { null }), "PostgreSQL 13 has no TID range scan");
        Assert.That(
            DumpPlanner.Ranges(table with { IsHeap = false }, 1 << 20, 15), Is.EqualTo(new PageRange?[] { null }), "another access method");
        Assert.That(
            DumpPlanner.Ranges(table with { Condition = "WHERE x"u8.ToArray() }, 1 << 20, 15), Is.EqualTo(new PageRange?[] { null }),
            "a condition of its own");
    }

    [Test]
    public void Are_taken_up_once_each_and_the_indexes_a_little_earlier_than_they_stand_in_the_file()
    {
        TableInfo[] tables = [.. Enumerable.Range(0, 20).Select(i => Table($"t{i:00}", 10_000, 16 << 20))];
        var parts = DumpPlanner.Cut(Inventory(tables), new DumpOptions(), "UTF8", null);

        var taken = DumpPlanner.Schedule(parts, 2);

        var indexes = taken.TakeWhile(part => part.Pieces[0].Kind != PartKind.PostData).Count();
        Assert.That(taken.Select(part => part.Order).Order(), Is.EqualTo(parts.Select(part => part.Order)), "every part once");
        Assert.That(taken[indexes].Order - indexes, Is.InRange(1, 6), "early, but not much");
        Assert.That(taken.Where(part => part.Pieces[0].Kind != PartKind.PostData).Select(part => part.Order), Is.Ordered);
        Assert.That(DumpPlanner.Schedule(parts, 1), Is.EqualTo(parts), "a single worker would wait for itself");
    }

    [Test]
    public void Are_not_cut_where_a_table_goes_through_a_ring_of_buffers_and_leaves_the_others_enough_to_do()
    {
        var inventory =
            Inventory([Table("a", 30_000, 240 << 20), Table("b", 50_000, 400 << 20), Table("c", 2_000, 16 << 20)], bufferPages: 100_000);

        Assert.That(Cut(inventory, 2), Is.EqualTo(new[] { "b whole", "a whole", "c together" }), "the largest first");
        Assert.That(
            Cut(inventory, 4), Is.EqualTo(new[] { "a in ranges", "b in ranges", "c together" }),
            "one connection of four would read b alone");
        Assert.That(
            Cut(inventory with { Database = inventory.Database with { BufferPages = 400_000 } }, 2), Does.Not.Contain("b whole"),
            "the server may as well keep it");
    }

    [Test]
    public void Are_not_made_of_a_large_table_that_cannot_be_cut()
    {
        var inventory = Inventory([Table("a", 1, 8192), Table("b", 50_000, 400 << 20) with { IsHeap = false }]);

        Assert.That(Cut(inventory, 4), Is.EqualTo(new[] { "b whole", "a together" }));
    }

    [Test]
    public void Put_small_tables_together_and_keep_the_order()
    {
        TableInfo[] tables =
            [.. Enumerable.Range(0, 200).Select(i => Table($"t{i:000}", i == 100 ? 10_000 : 1, i == 100 ? 80 << 20 : 8192))];
        var parts = DumpPlanner.Cut(Inventory(tables), new DumpOptions(), "UTF8", null);

        var pieces = parts.SelectMany(part => part.Pieces).OfType<CopyPiece>().Select(piece => piece.Table.Name).Distinct();
        Assert.That(pieces, Is.EqualTo(tables.Select(table => table.Name)));
        Assert.That(parts.Count(part => part.Pieces[0] is CopyPiece), Is.LessThan(12));
        Assert.That(parts.Select(part => part.Order), Is.EqualTo(Enumerable.Range(0, parts.Count)));
        Assert.That(parts.Select(part => part.Pieces[0].Kind).Distinct(),
            Is.EqualTo(new[] { PartKind.Header, PartKind.PreData, PartKind.Data, PartKind.PostData, PartKind.Footer }));
    }

    [TestCase(100, 2)]
    [TestCase(2000, 17)]
    [TestCase(20_000, 17)]
    public void Of_small_tables_by_pg_dump_are_few_however_many_the_tables_are(int tables, int most)
    {
        var parts = DumpPlanner.Cut(
            Inventory([.. Enumerable.Range(0, tables).Select(i => Table($"t{i:00000}", 1, 512))]), new() { Reader = DumpReader.PgDump },
            "UTF8", null);

        var dumps = parts.SelectMany(part => part.Pieces).OfType<TablesPiece>().ToArray();
        Assert.That(dumps, Has.Length.LessThanOrEqualTo(most));
        Assert.That(dumps.Sum(dump => dump.Tables.Count), Is.EqualTo(tables));
    }

    static IEnumerable<string> Cut(Inventory inventory, int jobs) => DumpPlanner.Cut(inventory, new() { Jobs = jobs }, "UTF8", null)
        .Where(part => part.Kind == PartKind.Data)
        .SelectMany(part => part.Pieces.Cast<CopyPiece>()
        .Select(piece => $"{piece.Table.Name} {(part.IsLargeTable ? "whole" : piece.Range is null ? "together" : "in ranges")}"))
        .Distinct();

    internal static TableInfo Table(string name, long pages, long bytes) => new()
    {
        Oid = 1,
        Schema = "public",
        Name = name,
        Quoted = System.Text.Encoding.ASCII.GetBytes($"public.{name}"),
        Columns = "id"u8.ToArray(),
        LoadInto = System.Text.Encoding.ASCII.GetBytes($"public.{name}"),
        Pages = pages,
        Bytes = bytes,
        IsHeap = true,
    };

    static Inventory Inventory(IReadOnlyList<TableInfo> tables, long bufferPages = 1 << 20) => new()
    {
        Database = new()
        {
            SystemIdentifier = "1",
            Oid = 1,
            Name = "shop",
            ServerVersion = 150018,
            ServerVersionText = "15.18",
            InRecovery = false,
            Lsn = "0/0",
            Encoding = "UTF8",
            Collation = "C",
            CType = "C",
            LocaleProvider = "libc",
            Settings = new Dictionary<string, string>(),
            BufferPages = bufferPages,
            SnapshotAt = default,
            Bytes = 0,
        },
        Tables = tables,
        Sequences = [],
        MaterializedViews = [],
        Extensions = [],
        ForeignTables = [],
        LargeObjects = 0,
        Needs = new(new("postgres", true, true, []), [], [], []),
        Roles = [],
        Tablespaces = [],
        DatabaseSettings = [],
        HiddenSubscriptions = [],
        UnvalidatedForeignKeys = [],
        State = new([], []),
    };
}

using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;

namespace DbGate.Tests.Backups.Dump;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Layouts
{
    [Test]
    public void Tell_where_the_members_of_each_table_stand()
    {
        var (members, segments) = ArchiveLayout.From(
            [new(0, 5), new(1, 30), new(2, 10), new(1, 20), new(3, 7), new(1, 0)],
            [
                Part([new(PartKind.Header, null, 0, 1, TableDigest.Empty)], 5),
                Part([Rows(1, 0, 3, 300)], 10, 20, 20),
                Part([Rows(2, 0, 1, 20), Rows(3, 1, 0, 0)], 10),
                Part([Rows(2, 0, 1, 2)], 7),
            ]);

        Assert.That(
            members.Select(member => (member.Offset, member.Length)),
            Is.EqualTo(new[] { (0L, 5L), (5, 10), (15, 20), (35, 10), (45, 20), (65, 7) }));
        Assert.That(segments.Select(segment => segment.Table?.Oid), Is.EqualTo(new uint?[] { null, 1, 2, 3 }));
        Assert.That(segments[1].Runs, Is.EqualTo(new MemberRun[] { new(1, 2), new(4, 1) }), "in two runs");
        Assert.That(segments[2].Runs, Is.EqualTo(new MemberRun[] { new(3, 1), new(5, 1) }), "by ranges");
        Assert.That(segments[3].Runs, Is.Empty, "no rows");
        Assert.That(segments.Select(segment => segment.Digest.Rows), Is.EqualTo(new[] { 0, 300, 22, 0 }));
    }

    [Test]
    public void Join_what_stands_together()
    {
        var (_, segments) =
            ArchiveLayout.From([new(0, 10), new(0, 10), new(1, 10)], [Part([Rows(1, 0, 2, 2)], 10, 10), Part([Rows(1, 0, 1, 1)], 10)]);

        Assert.That(segments.Single().Runs, Is.EqualTo(new MemberRun[] { new(0, 3) }));
    }

    static WrittenPart Part(IReadOnlyList<DumpSegment> segments, params long[] lengths)
    {
        var offset = 0L;
        return new(
            segments,
            [.. lengths.Select(length => new ArchiveMember((offset += length) - length, length, length, TableDigest.Empty, new byte[32]))]);
    }

    static DumpSegment Rows(uint table, int first, int count, long rows) =>
        new(PartKind.Data, Slices.Table($"t{table}", 1, 1) with { Oid = table }, first, count, new(rows, 0));
}

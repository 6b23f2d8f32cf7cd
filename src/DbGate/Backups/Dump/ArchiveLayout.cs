using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;

namespace DbGate.Backups.Dump;

/// <summary>A part as its worker wrote it.</summary>
/// <param name="Segments">What it holds.</param>
/// <param name="Members">Its members, with offsets that count from its own begin.</param>
sealed record WrittenPart(IReadOnlyList<DumpSegment> Segments, IReadOnlyList<ArchiveMember> Members);

/// <summary>Members of the file that belong together: all rows of one table, or a piece of SQL text.</summary>
/// <param name="Kind">What they hold.</param>
/// <param name="Table">Whose rows; null when they hold none.</param>
/// <param name="Runs">Where they are; none for a table without rows.</param>
/// <param name="Digest">The rows, or the blocks of large objects.</param>
sealed record ArchiveSegment(PartKind Kind, TableInfo? Table, IReadOnlyList<MemberRun> Runs, TableDigest Digest);

/// <summary>Reports where in the file the members of all parts are. A pure function.</summary>
static class ArchiveLayout
{
    /// <summary>Joins the parts, of which the file holds these runs.</summary>
    public static (IReadOnlyList<ArchiveMember> Members, IReadOnlyList<ArchiveSegment> Segments) From(
        IReadOnlyList<FileRun> file, IReadOnlyList<WrittenPart> parts)
    {
        var members = new List<ArchiveMember>();
        var places = parts.Select(part => new List<int>(part.Members.Count)).ToArray();
        var offset = 0L;
        foreach (var run in file)
        {
            for (var left = run.Length; left > 0;)
            {
                var member = parts[run.Part].Members[places[run.Part].Count];
                places[run.Part].Add(members.Count);
                members.Add(member with { Offset = offset });
                offset += member.Length;
                left -= member.Length;
            }
        }

        return (members, Segments(parts, places));
    }

    // A table that was read by ranges has a segment in each of several parts.
    static List<ArchiveSegment> Segments(IReadOnlyList<WrittenPart> parts, List<int>[] places)
    {
        var segments = new List<ArchiveSegment>();
        var ofTable = new Dictionary<uint, int>();
        foreach (var (part, at) in parts.Zip(places))
        {
            foreach (var segment in part.Segments)
            {
                var runs = Runs(at.GetRange(segment.FirstMember, segment.MemberCount));
                if (segment.Table is { } table && !ofTable.TryAdd(table.Oid, segments.Count))
                {
                    var before = segments[ofTable[table.Oid]];
                    segments[ofTable[table.Oid]] =
                        before with { Runs = [.. before.Runs, .. runs], Digest = before.Digest + segment.Digest };
                }
                else
                {
                    segments.Add(new(segment.Kind, segment.Table, runs, segment.Digest));
                }
            }
        }

        return [.. segments.Select(segment => segment with { Runs = Joined(segment.Runs) })];
    }

    static List<MemberRun> Runs(IEnumerable<int> places) => Joined(places.Select(place => new MemberRun(place, 1)));

    // Neighbouring runs as one.
    static List<MemberRun> Joined(IEnumerable<MemberRun> runs)
    {
        var joined = new List<MemberRun>();
        foreach (var run in runs)
        {
            if (joined is [.., var last] && last.First + last.Count == run.First)
            {
                joined[^1] = last with { Count = last.Count + run.Count };
            }
            else
            {
                joined.Add(run);
            }
        }

        return joined;
    }
}

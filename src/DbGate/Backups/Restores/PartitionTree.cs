using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Backups.Restores;

/// <summary>
/// The partitioned tables of an archive: its manifest lists only tables that have rows of their own. Read from the statements
/// <c>ALTER TABLE … ATTACH PARTITION</c> of its definitions.
/// </summary>
sealed class PartitionTree
{
    readonly ILookup<QualifiedName, QualifiedName> children;

    PartitionTree(IEnumerable<(QualifiedName Parent, QualifiedName Child)> edges) => children =
        edges.ToLookup(edge => edge.Parent, edge => edge.Child);

    /// <summary>All partitioned tables that have a partition.</summary>
    public IEnumerable<QualifiedName> Roots => children.Select(group => group.Key);

    public static PartitionTree Read(ArchiveReader archive)
    {
        using var stream = archive.OpenParts(PartKind.PreData);
        using var reader = new StreamReader(stream, archive.Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
        return From(reader.ReadToEnd());
    }

    internal static PartitionTree From(string definitions) => new(
        StatementSplitter.Split(definitions, "the archive").Statements
            .Where(statement => statement.Text.Contains("ATTACH PARTITION", StringComparison.Ordinal))
            .Select(statement => StatementParser.Parse(statement.Text))
            .OfType<AlterTable>()
            .SelectMany(table => table.Actions.OfType<AttachPartition>().Select(action => (table.Table, action.Partition))));

    /// <summary>A partitioned table with everything below it, itself first; empty for a table that is not partitioned.</summary>
    public IReadOnlyList<QualifiedName> With(QualifiedName root)
    {
        if (!children.Contains(root))
        {
            return [];
        }

        var all = new List<QualifiedName> { root };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(children[all[i]].Except(all));
        }

        return all;
    }
}

using DbGate.Backups.Manifests;
using DbGate.Configuration;
using DbGate.Statements.Parsing;

namespace DbGate.Backups.Restores;

/// <summary>Finds the tables that <c>--table</c> names. The name of a partitioned table means all of its partitions.</summary>
sealed class TableChoice(BackupSource source)
{
    PartitionTree? partitions;

    // Only a name that the manifest does not list costs the reading of the definitions.
    PartitionTree Partitions => partitions ??= PartitionTree.Read(source.Archive);

    IReadOnlyList<ManifestTable> All => source.Manifest.Tables;

    /// <summary>Finds them.</summary>
    /// <exception cref="Problems.GateException">DBG0326: one does not exist.</exception>
    public (IReadOnlyList<ManifestTable> Tables, IReadOnlyList<QualifiedName> Partitioned) Find(IReadOnlyList<string> names)
    {
        var (tables, partitioned) = (new List<ManifestTable>(), new List<QualifiedName>());
        foreach (var name in names)
        {
            if (Table(name) is { } table)
            {
                tables.Add(table);
                continue;
            }

            var tree = Tree(name);
            var leaves = All.Where(one => tree.Contains(new(one.Schema, one.Name))).ToArray();
            tables.AddRange(leaves);
            partitioned.AddRange(tree.Except(leaves.Select(leaf => new QualifiedName(leaf.Schema, leaf.Name))));
        }

        return ([.. tables.Distinct()], [.. partitioned.Distinct()]);
    }

    ManifestTable? Table(string name) =>
        All.FirstOrDefault(table => table.ToString() == name)
            ?? All.FirstOrDefault(table => table.Schema == "public" && table.Name == name);

    IReadOnlyList<QualifiedName> Tree(string name)
    {
        var roots = Partitions.Roots.ToArray();
        if ((Array.Find(roots, root => Shown(root) == name)
            ?? Array.Find(roots, root => root.Schema == "public" && root.Name == name)) is { } found)
        {
            return Partitions.With(found);
        }

        string[] names = [.. All.Select(table => table.ToString()), .. roots.Select(Shown)];
        throw ManifestProblems.NoSuchTable(name, source.Key, NearestName.From(name, names) ?? NearestName.From($"public.{name}", names));
    }

    // As the manifest writes a table's name.
    static string Shown(QualifiedName name) => $"{name.Schema}.{name.Name}";
}

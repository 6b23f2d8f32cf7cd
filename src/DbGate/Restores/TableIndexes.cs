using System.Text;
using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Migrations.Statements;
using DbGate.Migrations.Statements.Parsing;

namespace DbGate.Restores;

/// <summary>
/// Picks, out of an archive's indexes and constraints, those that concern single tables and nothing beside them: primary keys, unique and exclusion
/// constraints, indexes.
/// </summary>
static class TableIndexes
{
    /// <summary>Their statements, in the archive's order and encoding.</summary>
    public static ReadOnlyMemory<byte> Of(ArchiveReader archive, IReadOnlyList<ManifestTable> tables)
    {
        // Other encodings are taken byte by byte: what the statements are made of is ASCII in all of them.
        var encoding = archive.Manifest.Source.Encoding == "UTF8" ? Encoding.UTF8 : Encoding.Latin1;
        using var stream = archive.OpenParts(PartKind.PostData);
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false);
        return encoding.GetBytes(Pick(reader.ReadToEnd(), [.. tables.Select(table => (table.Schema, table.Name))]));
    }

    internal static string Pick(string postData, IReadOnlyCollection<(string Schema, string Name)> tables)
    {
        var picked = new StringBuilder();
        foreach (var statement in StatementSplitter.Split(postData, "the archive").Statements)
        {
            if (Concerns(StatementParser.Parse(statement.Text), tables))
            {
                picked.Append(statement.Text).Append(";\n");
            }
        }

        return picked.ToString();
    }

    static bool Concerns(ParsedStatement statement, IReadOnlyCollection<(string Schema, string Name)> tables) => statement switch
    {
        SetParameter => true,
        CreateIndex { Table: var table } => Holds(tables, table),
        AlterTable { Table: var table, Actions: [AddConstraint { Constraint.Kind: ConstraintKind.PrimaryKey or ConstraintKind.Unique or ConstraintKind.Exclude }] } =>
            Holds(tables, table),
        _ => false,
    };

    static bool Holds(IReadOnlyCollection<(string Schema, string Name)> tables, QualifiedName table) =>
        tables.Any(wanted => wanted.Schema == table.Schema && wanted.Name == table.Name);
}

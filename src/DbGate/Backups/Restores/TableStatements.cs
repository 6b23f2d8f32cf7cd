using System.Text;
using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Backups.Restores;

/// <summary>
/// Picks, out of an archive's definitions, what single tables need. Of the statements before the rows it leaves out what surely belongs to
/// other tables, and views, rights and comments; if too much was left out, the server reports it, and all of them are used. Of those behind
/// the rows it takes primary keys, unique and exclusion constraints, and indexes.
/// </summary>
sealed class TableStatements
{
    static readonly string[][] Others =
    [
        ["create", "view"], ["create", "recursive", "view"], ["create", "or", "replace", "view"], ["create", "materialized", "view"],
        ["create", "foreign", "table"],
        ["create", "rule"], ["create", "publication"], ["create", "subscription"], ["create", "event"],
        ["comment"], ["grant"], ["revoke"], ["security"],
        ["alter", "view"], ["alter", "materialized"], ["alter", "foreign"], ["alter", "default"], ["alter", "publication"],
        ["alter", "subscription"], ["alter", "event"],
    ];

    readonly ArchiveReader archive;
    readonly IReadOnlyList<(string? Schema, string Name)> tables;
    readonly HashSet<string> picked = new(StringComparer.Ordinal);
    readonly Task<byte[]> definitions;
    readonly Task<byte[]> indexes;

    /// <summary>Begins to pick, next to whatever else is done until the statements are asked for.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="tables">Tables with rows.</param>
    /// <param name="partitioned">The partitioned tables that those of <paramref name="tables"/> are the partitions of, all of them.</param>
    public TableStatements(ArchiveReader archive, IReadOnlyList<ManifestTable> tables, IReadOnlyList<QualifiedName> partitioned)
    {
        this.archive = archive;
        this.tables =
            [.. tables.Select(table => ((string?)table.Schema, table.Name)), .. partitioned.Select(table => (table.Schema, table.Name))];
        definitions = Task.Run(() => archive.Manifest.TextEncoding.GetBytes($"BEGIN;\n{Pick(PartKind.PreData, IsDefinition)}COMMIT;\n"));
        indexes = Task.Run(() => archive.Manifest.TextEncoding.GetBytes(Pick(PartKind.PostData, IsIndex)));
    }

    /// <summary>What must be there before the rows, as one transaction.</summary>
    public ReadOnlyMemory<byte> Definitions => definitions.GetAwaiter().GetResult();

    /// <summary>What comes behind them.</summary>
    public ReadOnlyMemory<byte> Indexes => indexes.GetAwaiter().GetResult();

    internal static string Pick(string sql, Func<string, ParsedStatement, bool> wanted)
    {
        var picked = new StringBuilder();
        foreach (var statement in StatementSplitter.Split(sql, "the archive").Statements)
        {
            if (wanted(statement.Text, StatementParser.Parse(statement.Text)))
            {
                picked.Append(statement.Text).Append(";\n");
            }
        }

        return picked.ToString();
    }

    internal bool IsDefinition(string text, ParsedStatement statement) => statement switch
    {
        CreateTable { Table: var table } => Holds(table),
        AlterTable { Table: var table } => Holds(table) && !SetsOwner(text),
        _ => !Others.Any(words => Begins(text, words)) && !SetsOwner(text) && !IsOwnedByAnother(text),
    };

    internal bool IsIndex(string text, ParsedStatement statement) => statement switch
    {
        SetParameter => true,
        CreateIndex { Table: var table, Name: var name } => Picks(table, name),
        AlterTable
        {
            Table: var table,
            Actions: [AddConstraint { Constraint: { Kind: ConstraintKind.PrimaryKey or ConstraintKind.Unique or ConstraintKind.Exclude,
                Name: var name } }],
        } => Picks(table, name),
        _ => AttachesIndexes(text),
    };

    // An index is in its table's schema.
    bool Picks(QualifiedName table, string? name)
    {
        if (!Holds(table))
        {
            return false;
        }

        picked.Add(new QualifiedName(table.Schema, name ?? "").ToString());
        return true;
    }

    // ALTER INDEX public.p_pkey ATTACH PARTITION public.p1_pkey: a partitioned index is valid when it has all of its partitions.
    bool AttachesIndexes(string text)
    {
        const string Alter = "ALTER INDEX ";
        return text.StartsWith(Alter, StringComparison.Ordinal)
            && text[Alter.Length..].Split(" ATTACH PARTITION ") is [var parent, var child]
            && picked.Contains(parent)
            && picked.Contains(child);
    }

    string Pick(PartKind kind, Func<string, ParsedStatement, bool> wanted)
    {
        using var stream = archive.OpenParts(kind);
        using var reader = new StreamReader(stream, archive.Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
        return Pick(reader.ReadToEnd(), wanted);
    }

    bool Holds(QualifiedName name) => tables.Any(table => table.Schema == name.Schema && table.Name == name.Name);

    // In a database next to it, everything belongs to the role that restores it.
    static bool SetsOwner(string text) => Begins(text, ["alter"]) && text.Contains(" OWNER TO ", StringComparison.Ordinal);

    bool IsOwnedByAnother(string text) =>
        Begins(text, ["alter", "sequence"]) && text.IndexOf(" OWNED BY ", StringComparison.Ordinal) is >= 0 and var at
        && !tables.Any(table => text.AsSpan(at).Contains($".{QualifiedName.Quote(table.Name)}.", StringComparison.Ordinal));

    internal static bool Begins(string text, IReadOnlyList<string> words)
    {
        var rest = text.AsSpan();
        foreach (var word in words)
        {
            if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || (rest.Length > word.Length && !char.IsWhiteSpace(rest[word.Length])))
            {
                return false;
            }

            rest = rest[word.Length..].TrimStart();
        }

        return true;
    }
}

using System.Text;
using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>
/// Takes the statements behind the rows apart: indexes, and the constraints that are indexes, which tables can have built side by side; and
/// all the rest, word for word and in its order, but for event triggers, which come last, and foreign keys (<see cref="ForeignKeyLoad"/>).
/// </summary>
sealed class IndexPlan
{
    // So many rows cost as much as the statement itself.
    const long CostOfStatement = 2000;
    // Held in memory about seven times. Beyond it the statements run piece by piece and in their order (InOrder).
    public const long LargestText = 32 << 20;

    // What may be made before an index without the index needing it. Anything else (a function that was put behind a key) ends the taking
    // apart.
    static readonly string[][] Harmless =
    [
        ["create", "statistics"], ["create", "trigger"], ["create", "constraint", "trigger"], ["create", "policy"], ["create", "rule"],
        ["create", "event"], ["create", "publication"], ["create", "subscription"],
    ];

    // pg_dump refreshes materialized views last of all, where event triggers are there already and record or refuse it.
    static readonly string[][] EventTriggers =
    [
        ["create", "event", "trigger"], ["alter", "event", "trigger"], ["comment", "on", "event", "trigger"], ["security", "label"],
    ];

    readonly Dictionary<QualifiedName, List<string>> tables = [];

    readonly StringBuilder last = new();
    readonly bool takesIndexes;

    IndexPlan(string sql, bool takesIndexes)
    {
        this.takesIndexes = takesIndexes;
        Rest = TakeApart(sql);
    }

    /// <summary>What comes after the indexes.</summary>
    public string Rest { get; }

    /// <summary>What comes last of all: event triggers.</summary>
    public string Last => last.ToString();

    /// <summary>
    /// Plans the archive's indexes; null when its statements are many, or cannot be distinguished, and are to be run as they are.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="filter">What is left out.</param>
    /// <param name="largest">Bytes of text that are planned as a whole, at most.</param>
    public static IndexPlan? For(ArchiveReader archive, StatementFilter filter, long largest = LargestText)
    {
        if (archive.Manifest.Parts.Where(part => part.Kind == PartKind.PostData)
            .Sum(part => archive.Members.Skip(part.FirstMember).Take(part.MemberCount).Sum(member => member.PlainLength)) > largest)
        {
            return null;
        }

        using var stream = archive.OpenParts(PartKind.PostData);
        using var reader = new StreamReader(stream, archive.Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
        return From(filter.Apply(reader.ReadToEnd()));
    }

    /// <summary>Plans; null when the text holds what the splitter refuses.</summary>
    internal static IndexPlan? From(string sql)
    {
        try
        {
            return new(sql, takesIndexes: true);
        }
        catch (GateException)
        {
            return null;
        }
    }

    /// <summary>
    /// Keeps the statements of one piece of the text in their order: only foreign keys and event triggers are treated as in a plan.
    /// </summary>
    /// <returns>Null when the text holds what the splitter refuses.</returns>
    public static IndexPlan? InOrder(string sql)
    {
        try
        {
            return new(sql, takesIndexes: false);
        }
        catch (GateException)
        {
            return null;
        }
    }

    /// <summary>Shares for so many connections, each as costly as the others, as far as can be told from the tables' rows.</summary>
    public IReadOnlyList<string> Share(int connections, Func<QualifiedName, long> rows)
    {
        var shares = Enumerable.Range(0, connections).Select(_ => (Cost: 0L, Sql: new StringBuilder())).ToArray();
        var work = tables.Select(table => (table.Value, Cost: table.Value.Count * (rows(table.Key) + CostOfStatement)));
        foreach (var (statements, cost) in work.OrderByDescending(one => one.Cost))
        {
            var least = Array.IndexOf(shares, shares.MinBy(share => share.Cost));
            shares[least].Cost += cost;
            shares[least].Sql.AppendJoin("", statements);
        }

        return [.. shares.Select(share => share.Sql.ToString()).Where(sql => sql.Length > 0)];
    }

    string TakeApart(string sql)
    {
        var rest = new StringBuilder();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var (position, isOpen) = (0, takesIndexes);
        foreach (var statement in StatementSplitter.Split(sql, "the archive").Statements)
        {
            var parsed = StatementParser.Parse(statement.Text);
            if (parsed is SetParameter { Name: var name })
            {
                settings[name] = statement.Text;
            }
            else if (isOpen && TableOf(parsed) is { } table)
            {
                // The settings in force, such as the tablespace, belong to the statement.
                rest.Append(sql, position, statement.Offset - position);
                position = statement.End;
                if (!tables.TryGetValue(table, out var statements))
                {
                    tables[table] = statements = [];
                }

                statements.Add($"{string.Concat(settings.Values.Select(setting => $"{setting};\n"))}{statement.Text};\n");
            }
            else if (EventTriggers.Any(words => TableStatements.Begins(statement.Text, words)))
            {
                rest.Append(sql, position, statement.Offset - position);
                position = statement.End;
                last.Append(statement.Text).Append(";\n");
            }
            else if (ForeignKeyLoad.From(statement.Text, parsed) is { } key)
            {
                rest.Append(sql, position, statement.Offset - position).Append(key);
                position = statement.End;
            }
            else
            {
                isOpen &= !MakesWhatIndexesMayNeed(statement.Text);
            }
        }

        return rest.Append(sql, position, sql.Length - position).ToString();
    }

    static QualifiedName? TableOf(ParsedStatement statement) => statement switch
    {
        CreateIndex { Concurrently: false, Table: var table } => table,
        AlterTable { Table: var table,
            Actions: [AddConstraint { Constraint.Kind: ConstraintKind.PrimaryKey or ConstraintKind.Unique
                or ConstraintKind.Exclude }] } => table,
        _ => null,
    };

    static bool MakesWhatIndexesMayNeed(string text) =>
        TableStatements.Begins(text, ["create"]) && !Harmless.Any(words => TableStatements.Begins(text, words));
}

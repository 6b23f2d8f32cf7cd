using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Which columns of which tables the pending migrations write row by row, as their text and the triggers tell. Pure.</summary>
static class WrittenColumns
{
    /// <returns>By table: the columns, none where rows are only deleted, null where it can be any column.</returns>
    public static IReadOnlyDictionary<uint, IReadOnlySet<string>?> Decide(
        IReadOnlyList<PendingMigration> pending, IReadOnlyList<TableLinks> tables)
    {
        var statements = pending.SelectMany(migration => migration.Script.Statements)
            .Select(statement => (statement.Text, Parsed: StatementParser.Parse(statement.Text)))
            .Where(statement =>
                statement.Parsed is Update or Delete or Truncate or Insert or Merge or DoBlock or OtherStatement or WithWrites)
            .ToList();
        var written = new Dictionary<uint, IReadOnlySet<string>?>();
        foreach (var table in tables)
        {
            var writes = statements.Where(statement => Writes(statement.Parsed, statement.Text, table.Name)).ToList();
            if (writes.Count > 0)
            {
                var columns = writes.Select(statement => Columns(statement.Parsed, statement.Text)).ToList();
                written[table.Oid] = table.RunsCode || columns.Contains(null) ? null : columns.SelectMany(names => names!).ToHashSet();
            }
        }

        var links = tables.ToDictionary(table => table.Oid);
        var queue = new Queue<uint>(written.Keys);
        while (queue.TryDequeue(out var table))
        {
            foreach (var child in links.GetValueOrDefault(table)?.Children ?? [])
            {
                if (!written.TryGetValue(child, out var columns) || columns is not null)
                {
                    written[child] = null;
                    queue.Enqueue(child);
                }
            }
        }

        return written;
    }

    static bool Writes(ParsedStatement statement, string text, string table) => statement switch
    {
        Update update => update.Table.Name == table || Mentions(text, table),
        Delete delete => delete.Table.Name == table || Mentions(text, table),
        Insert insert => (insert.Table.Name == table && Columns(insert, text) is null) || Mentions(text, table),
        Truncate truncate => truncate.Tables.Any(name => name.Name == table),
        _ => text.Contains(table.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase),
    };

    // WITH can write to tables next to that of the statement itself.
    static bool Mentions(string text, string table) =>
        IsWith(text) && text.Contains(table.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    static IReadOnlySet<string>? Columns(ParsedStatement statement, string text) => statement switch
    {
        _ when IsWith(text) => null,
        Update update => update.Columns.ToHashSet(),
        Delete or Truncate => new HashSet<string>(),
        Insert => new TokenCursor(text).Ahead("on conflict") ? null : new HashSet<string>(),
        _ => null,
    };

    static bool IsWith(string text) => new TokenCursor(text).Is("with");
}

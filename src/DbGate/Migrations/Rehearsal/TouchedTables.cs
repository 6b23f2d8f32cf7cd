using System.Data.Common;
using DbGate.Git;
using DbGate.Postgres;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Which tables the pending migrations name as changed, told before they run, so that those are hashed first. What is measured afterwards
/// (<see cref="TableHistory.MayHaveWritten"/>) proves that no other table was changed, or shows which one was, whose content from before is
/// then read out of the backup.
/// </summary>
/// <param name="Tables">By number; null when all of them must be hashed first, because what is measured would prove nothing.</param>
/// <param name="IsOpaque">True when code runs that may write to others, too.</param>
sealed record TouchedTables(IReadOnlySet<uint>? Tables, bool IsOpaque)
{
    // What runs code that names its tables elsewhere.
    static readonly string[] Opaque = ["select", "call", "execute", "perform", "values", "table", "explain", "merge", "cascade"];

    const string Links = """
        SELECT c.oid, c.relname::text, c.relkind::text,
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR EXISTS (
            SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
          ARRAY(SELECT k.conrelid FROM pg_constraint k WHERE k.confrelid = c.oid AND (k.confdeltype IN ('c', 'n', 'd')
            OR k.confupdtype IN ('c', 'n', 'd'))
                UNION SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        """;

    // Its work is done at COMMIT, when nothing is measured any more.
    const string RunsAtCommit = "SELECT EXISTS (SELECT FROM pg_trigger WHERE tginitdeferred AND NOT tgisinternal)";

    static readonly TouchedTables All = new(null, true);

    public static async Task<TouchedTables> ReadAsync(Session session, IReadOnlyList<PendingMigration> pending,
        CancellationToken cancellationToken) =>
        await session.ScalarAsync<bool>(RunsAtCommit, cancellationToken) ? All
            : Decide(pending, await LinksAsync(session, cancellationToken));

    public static Task<IReadOnlyList<TableLinks>> LinksAsync(Session session, CancellationToken cancellationToken) =>
        session.QueryAsync(Links, Read, cancellationToken);

    public static TouchedTables Decide(IReadOnlyList<PendingMigration> pending, IReadOnlyList<TableLinks> tables)
    {
        var statements = pending.SelectMany(migration => migration.Script.Statements)
            .Select(statement => (statement.Text, Parsed: StatementParser.Parse(statement.Text)))
            .ToList();
        if (statements.Exists(statement => Commits(statement.Parsed)))
        {
            return All;
        }

        var opaque = statements.Exists(statement => RunsCode(statement.Parsed));
        var named = tables.Where(table => statements.Exists(statement => Writes(statement.Parsed, statement.Text, table.Name)));
        var children = tables.ToDictionary(table => table.Oid);
        var touched = new HashSet<uint>();
        var queue = new Queue<TableLinks>(named);
        while (queue.TryDequeue(out var table))
        {
            opaque |= table.RunsCode || table.IsView;
            if (touched.Add(table.Oid))
            {
                table.Children.Select(child => children.GetValueOrDefault(child)).OfType<TableLinks>().ToList().ForEach(queue.Enqueue);
            }
        }

        return new TouchedTables(touched, opaque);
    }

    /// <summary>Code that ends its own transaction: its locks are gone before they can be read.</summary>
    static bool Commits(ParsedStatement statement) => statement switch
    {
        OtherStatement { Verb: "call" } => true,
        DoBlock block => Words(block.Body).Any(word => word is "commit" or "rollback" or "call"),
        _ => false,
    };

    static bool RunsCode(ParsedStatement statement) => statement switch
    {
        OtherStatement other => Opaque.Contains(other.Verb),
        Drop { Kind: "schema" or "owned by" } or Drop { Kind: not "table", Cascade: true } or Truncate { Cascade: true } => true,
        DoBlock block => Words(block.Body).Any(Opaque.Contains),
        WithWrites with => RunsCode(with.Main),
        _ => false,
    };

    static bool Writes(ParsedStatement statement, string text, string table) => statement switch
    {
        AlterTable alter => alter.Table.Name == table && alter.Actions.Any(Writes),
        Drop drop => drop.Names.Any(name => name.Name == table),
        Truncate truncate => truncate.Tables.Any(name => name.Name == table),
        Delete delete => delete.Table.Name == table,
        Update update => update.Table.Name == table,
        Insert insert => insert.Table.Name == table,
        Merge merge => merge.Table.Name == table,
        RewriteTable rewrite => rewrite.Table is null || rewrite.Table.Name == table,
        DoBlock or OtherStatement
            or WithWrites => text.Contains(table.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    static bool Writes(AlterAction action) => action switch
    {
        AddColumn { Column: { } column } => column.Identity || column.Stored || column.Type.IsSerial || column.Default?.Calls.Count > 0,
        DropColumn or AlterColumnType or SetLogged => true,
        _ => false,
    };

    static IEnumerable<string> Words(string body)
    {
        var cursor = new TokenCursor(body);
        while (!cursor.AtEnd)
        {
            yield return cursor.CurrentText.ToLowerInvariant();
            cursor.Skip();
        }
    }

    static TableLinks Read(DbDataReader row) => new(
        row.GetFieldValue<uint>(0),
        row.GetString(1),
        row.GetString(2) == "v",
        row.GetBoolean(3),
        row.GetFieldValue<uint[]>(4));
}

/// <summary>What a write to a table can reach.</summary>
/// <param name="Oid">The table.</param>
/// <param name="Name">Without schema.</param>
/// <param name="IsView">A write goes somewhere else.</param>
/// <param name="RunsCode">It has triggers or rules.</param>
/// <param name="Children">Tables that foreign keys or inheritance change along with it.</param>
sealed record TableLinks(uint Oid, string Name, bool IsView, bool RunsCode, IReadOnlyList<uint> Children);

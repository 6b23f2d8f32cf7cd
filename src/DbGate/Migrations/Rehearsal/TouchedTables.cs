using System.Data.Common;
using DbGate.Migrations.Statements;
using DbGate.Migrations.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Which tables the pending migrations may change, told before they run, so that only those are hashed. It errs on the side of
/// more; the locks that are measured afterwards prove that no other table was changed, or show which one escaped.
/// </summary>
static class TouchedTables
{
    // What runs code that names its tables elsewhere.
    static readonly string[] Opaque = ["select", "call", "execute", "perform", "values", "table", "explain", "merge", "cascade"];

    const string Links = """
        SELECT c.oid, c.relname::text, c.relkind::text,
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR EXISTS (
            SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
          ARRAY(SELECT k.conrelid FROM pg_constraint k WHERE k.confrelid = c.oid AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
                UNION SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid),
          ARRAY(SELECT DISTINCT y.typname::text FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND y.oid >= 16384)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        """;

    /// <returns>Null when any table may be meant.</returns>
    public static async Task<IReadOnlySet<uint>?> ReadAsync(Session session, IReadOnlyList<PendingMigration> pending, CancellationToken ct) =>
        Decide(pending, await session.QueryAsync(Links, Read, ct));

    public static IReadOnlySet<uint>? Decide(IReadOnlyList<PendingMigration> pending, IReadOnlyList<TableLinks> tables)
    {
        if (pending.SelectMany(migration => migration.Script.Statements).Any(IsOpaque))
        {
            return null;
        }

        var text = string.Join('\n', pending.Select(migration => migration.Script.Text));
        var named = tables.Where(table => Names(text, table.Name) || table.Types.Any(type => Names(text, type))).ToList();
        var children = tables.ToDictionary(table => table.Oid);
        var touched = new HashSet<uint>();
        var queue = new Queue<TableLinks>(named);
        while (queue.TryDequeue(out var table))
        {
            if (table.RunsCode || table.IsView)
            {
                return null;
            }

            if (touched.Add(table.Oid))
            {
                table.Children.Select(child => children.GetValueOrDefault(child)).OfType<TableLinks>().ToList().ForEach(queue.Enqueue);
            }
        }

        return touched;
    }

    static bool IsOpaque(SqlStatement statement) => StatementParser.Parse(statement.Text) switch
    {
        OtherStatement other => Opaque.Contains(other.Verb),
        Drop { Kind: "schema" or "owned by" } or Drop { Kind: not "table", Cascade: true } => true,
        DoBlock block => Words(block.Body).Any(Opaque.Contains),
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

    static bool Names(string text, string name) => text.Contains(name.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    static TableLinks Read(DbDataReader row) => new(
        row.GetFieldValue<uint>(0),
        row.GetString(1),
        row.GetString(2) == "v",
        row.GetBoolean(3),
        row.GetFieldValue<uint[]>(4),
        row.GetFieldValue<string[]>(5));
}

/// <summary>What a write to a table can reach.</summary>
/// <param name="Oid">The table.</param>
/// <param name="Name">Without schema.</param>
/// <param name="IsView">A write goes somewhere else.</param>
/// <param name="RunsCode">It has triggers or rules.</param>
/// <param name="Children">Tables that foreign keys or inheritance change along with it.</param>
/// <param name="Types">Types made by users that its columns have.</param>
sealed record TableLinks(uint Oid, string Name, bool IsView, bool RunsCode, IReadOnlyList<uint> Children, IReadOnlyList<string> Types);

using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Reports which statements create a table, or concern only tables that their own transaction has created. Those lock nothing that a
/// session
/// could wait for and lose nothing, so the locks need not be read after each of them: a baseline of thousands of statements holds thousands
/// of locks.
/// </summary>
/// <param name="isEnabled">False where an event trigger can run code after such a statement.</param>
sealed class CreatedTables(bool isEnabled)
{
    const string EventTriggers = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          WHERE t.evtenabled <> 'D' AND n.nspname <> 'dbgate')
        """;

    // With one of these the new table is made from another one, or of what a query returns.
    static readonly string[] FromOthers = ["as", "like", "of", "inherits", "partition", "select", "execute"];

    readonly HashSet<QualifiedName> tables = [];

    public static async Task<CreatedTables> StartAsync(Session observer, IReadOnlyList<PendingMigration> pending,
        CancellationToken cancellationToken) =>
        new(!pending.Any(migration => migration.Script.Text.Contains("event trigger", StringComparison.OrdinalIgnoreCase))
            && !await observer.ScalarAsync<bool>(EventTriggers, cancellationToken));

    /// <summary>Looks at the next statement.</summary>
    public bool ConcernsOnlyNew(ParsedStatement statement, string text)
    {
        switch (statement)
        {
            case CreateTable { Temporary: false, IfNotExists: false, Partitioned: false, Columns.Count: > 0 } create
                when isEnabled && References(create.Constraints).All(tables.Contains) && !IsFromOthers(text):
                return tables.Add(create.Table);
            case CreateEnum:
                return isEnabled;
            case CreateIndex { Concurrently: false, Partial: false } index when tables.Contains(index.Table):
                return index.Columns.All(column => column is not null);
            case AlterTable alter when tables.Contains(alter.Table):
                return alter.Actions.All(IsWithin);
            case AlterTable or CreateIndex:
                return false;
            default:
                EndTransaction(); // the same name may be another table's from here on
                return false;
        }
    }

    /// <summary>From now on nothing is new.</summary>
    public void EndTransaction() => tables.Clear();

    bool IsWithin(AlterAction action) =>
        action is AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey or ConstraintKind.Unique
            or ConstraintKind.PrimaryKey } constraint }
        && References([constraint]).All(tables.Contains);

    static IEnumerable<QualifiedName> References(IEnumerable<TableConstraint> constraints) =>
        constraints.Select(constraint => constraint.References).OfType<QualifiedName>();

    static bool IsFromOthers(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Word && FromOthers.Any(word => token.In(text).Equals(word, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}

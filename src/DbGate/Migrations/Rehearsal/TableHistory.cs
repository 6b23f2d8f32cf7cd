using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Who did what to which table, from the measurements.</summary>
sealed class TableHistory(IReadOnlyList<MigrationMeasurement> migrations)
{
    static readonly string[] Dropping = ["drop", "do", "alter", "create or replace"];

    readonly List<(string Migration, StatementMeasurement Statement)> statements =
        [.. migrations.SelectMany(migration => migration.Statements.Select(statement => (migration.Name, statement)))];

    public TableActivity ActivityOn(uint table) =>
        statements.SelectMany(item => item.Statement.Activity)
            .Where(activity => activity.Oid == table)
            .Aggregate(
                new TableActivity(table, "", 0, 0, 0, 0, 0),
                (sum, activity) => sum with
                {
                    Inserted = sum.Inserted + activity.Inserted,
                    Updated = sum.Updated + activity.Updated,
                    Deleted = sum.Deleted + activity.Deleted,
                });

    /// <summary>
    /// Whether anything shows that a table's content changed. Who writes rows holds ROW EXCLUSIVE and is counted; who empties or converts
    /// them gives the table another file; what is dropped is missing in the catalog. A stronger lock alone changes nothing.
    /// </summary>
    public bool MayHaveWritten(uint table) => statements.Exists(item =>
        item.Statement.Locks.Any(held => held.Oid == table && held.Mode is TableLock.RowExclusive or TableLock.Exclusive)
        || item.Statement.Activity.Any(activity => activity.Oid == table && activity.Inserted + activity.Updated + activity.Deleted > 0)
        || item.Statement.RewrittenTables.Contains(table)
        || item.Statement.Objects.Any(difference => IsLoss(difference, $"{table}")));

    /// <summary>
    /// Whether the values of a column that is still there may have changed: rows were written, or the table was rewritten.
    /// </summary>
    public bool MayHaveChangedRows(uint table) => statements.Exists(item =>
        item.Statement.IsSampled
        || item.Statement.Activity.Any(activity => activity.Oid == table && activity.Inserted + activity.Updated + activity.Deleted > 0)
        || item.Statement.RewrittenTables.Contains(table)
        || item.Statement.Conversions.Count > 0);

    static bool IsLoss(CatalogDifference difference, string table) =>
        difference.Change == CatalogChange.Removed
        && difference.Subject.Key is { } key
        && (key == table || (difference.Subject.Kind == "column" && key.StartsWith($"{table}.", StringComparison.Ordinal)));

    /// <param name="key">The object's number, as the catalog has it.</param>
    /// <param name="kind">Its kind; null for a table or a column.</param>
    /// <param name="identity">Its name, for an object that no lock shows.</param>
    public string? WhoDropped(string key, string? kind = null, string? identity = null) =>
        First(statement => statement.Objects.Any(item =>
            item.Change == CatalogChange.Removed && item.Subject.Key == key && (kind is null || item.Subject.Kind == kind)))
        ?? (identity is null ? null : WhoNames(identity));

    /// <summary>The only migration with a statement that can drop objects and names this one.</summary>
    string? WhoNames(string identity)
    {
        var whole = identity.Split('(')[0];
        var name = whole[(whole.LastIndexOf('.') + 1)..].Trim('"');
        var naming = migrations.Count == 1
            ? [migrations[0].Name]
            : statements.Where(item => Dropping.Any(word => item.Statement.Sql.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    && item.Statement.Sql.Contains(name, StringComparison.OrdinalIgnoreCase))
                .Select(item => item.Migration).Distinct(StringComparer.Ordinal).ToArray();
        return naming is [var only] ? only : null;
    }

    public string? WhoDeleted(uint table, string name) =>
        First(statement => statement.Activity.Any(activity => activity.Oid == table && activity.Deleted > 0)
            || statement.Rewritten.Contains(name));

    public string? WhoUpdated(uint table) =>
        First(statement => statement.Activity.Any(activity => activity.Oid == table && activity.Updated > 0));

    public (Conversion Conversion, string Migration)? ConversionOf(string table, string column) =>
        (from item in statements
         from conversion in item.Statement.Conversions
         where conversion.Table == table && conversion.Column == column
         orderby conversion.Changed ?? long.MaxValue descending
         select ((Conversion, string)?)(conversion, item.Migration)).FirstOrDefault();

    string? First(Func<StatementMeasurement, bool> matches) => statements.Find(item => matches(item.Statement)).Migration;
}

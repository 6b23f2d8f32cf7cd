using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Who did what to which table, from the measurements.</summary>
sealed class TableHistory(IReadOnlyList<MigrationMeasurement> migrations)
{
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

    /// <summary>A statement that writes rows holds ROW EXCLUSIVE; one that drops, empties or rewrites a table, ACCESS EXCLUSIVE.</summary>
    public bool MayHaveWritten(uint table, string name) => statements.Exists(item =>
        item.Statement.Locks.Any(held => held.Table == name && held.Mode is TableLock.RowExclusive or TableLock.Exclusive or TableLock.AccessExclusive)
        || item.Statement.Activity.Any(activity => activity.Oid == table && activity.Inserted + activity.Updated + activity.Deleted > 0));

    public string? WhoDropped(string key) =>
        First(statement => statement.Objects.Any(item => item.Change == CatalogChange.Removed && item.Subject.Key == key));

    public string? WhoDeleted(uint table, string name) =>
        First(statement => statement.Activity.Any(activity => activity.Oid == table && activity.Deleted > 0) || statement.Rewritten.Contains(name));

    public string? WhoUpdated(uint table) => First(statement => statement.Activity.Any(activity => activity.Oid == table && activity.Updated > 0));

    public (Conversion Conversion, string Migration)? ConversionOf(string table, string column) =>
        (from item in statements
         from conversion in item.Statement.Conversions
         where conversion.Table == table && conversion.Column == column
         orderby conversion.Changed ?? long.MaxValue descending
         select ((Conversion, string)?)(conversion, item.Migration)).FirstOrDefault();

    string? First(Func<StatementMeasurement, bool> matches) => statements.Find(item => matches(item.Statement)).Migration;
}

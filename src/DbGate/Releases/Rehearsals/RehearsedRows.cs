using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Releases.Plans;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// What a rehearsed migration did to existing rows, by tables as they were named before it: the deploy compares by the same names. Pure.
/// </summary>
static class RehearsedRows
{
    /// <returns>Null where a statement ran that could not be counted.</returns>
    public static IReadOnlyList<RehearsedWrites>? Written(MigrationMeasurement migration)
    {
        if (migration.Statements.Any(statement =>
            statement.IsSampled && !MeasuringRules.KeepsRelations(StatementParser.Parse(statement.Sql))))
        {
            return null;
        }

        var names = Names(migration);
        return
        [
            .. migration.Statements.SelectMany(statement => statement.Activity)
                .Where(activity => names.ContainsKey(activity.Oid))
                .GroupBy(activity => names[activity.Oid], StringComparer.Ordinal)
                .Select(table => new RehearsedWrites(
                    table.Key, table.Sum(one => one.Inserted), table.Sum(one => one.Updated), table.Sum(one => one.Deleted)))
                .Where(table => table.Inserted + table.Updated + table.Deleted > 0)
                .OrderBy(table => table.Table, StringComparer.Ordinal),
        ];
    }

    public static IReadOnlyList<string> Rewritten(MigrationMeasurement migration)
    {
        var names = Names(migration);
        return Ordered(migration.Statements.SelectMany(statement =>
            statement.RewrittenTables.Zip(statement.Rewritten, (oid, name) => names.GetValueOrDefault(oid, name))));
    }

    public static IReadOnlyList<string>? Dropped(MigrationMeasurement migration)
    {
        var names = Names(migration);
        var dropped = Ordered(
            migration.Statements.SelectMany(statement => statement.Objects)
                .Where(item => item.Change == CatalogChange.Removed)
                .Select(item => NameOf(item.Subject, names)));
        return dropped.Count == 0 ? null : dropped;
    }

    // The first lock on a table is taken before anything renames it.
    static Dictionary<uint, string> Names(MigrationMeasurement migration) =>
        migration.Statements.SelectMany(statement => statement.Locks)
            .DistinctBy(held => held.Oid)
            .ToDictionary(held => held.Oid, held => held.Table);

    static string NameOf(CatalogObject item, Dictionary<uint, string> names)
    {
        var first = uint.TryParse(item.Key?.Split('.')[0], out var oid) ? names.GetValueOrDefault(oid) : null;
        return first is null ? item.Identity
            : item.Parent is null ? first
            : first + item.Identity[item.Parent.Length..];
    }

    static IReadOnlyList<string> Ordered(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

using System.Globalization;
using DbGate.Releases.Plans;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Deploys;

/// <summary>
/// What a migration may do to existing rows: what it did at its rehearsal and no more. Code that reports production from a restored
/// copy, or
/// that found rows which were not there, did something else. Pure.
/// </summary>
static class RehearsedLimits
{
    /// <param name="rehearsed">
    /// What the migration did at the rehearsal; several where their counters cannot be distinguished.
    /// </param>
    /// <param name="changed">What its transaction did now.</param>
    /// <param name="script">The file: rows that a plain UPDATE of it finds were counted before the deploy.</param>
    /// <returns>What goes beyond the rehearsal, in words.</returns>
    public static IReadOnlyList<string> Exceeded(
        IReadOnlyList<RehearsedMigration> rehearsed, IReadOnlyList<ChangedTable> changed, SqlScript script)
    {
        var dropped = rehearsed.SelectMany(migration => migration.Dropped ?? []).ToHashSet(StringComparer.Ordinal);
        var rewritten = rehearsed.SelectMany(migration => migration.Rewritten).ToHashSet(StringComparer.Ordinal);
        var writes = rehearsed.SelectMany(migration => migration.Writes ?? [])
            .GroupBy(one => one.Table, StringComparer.Ordinal)
            .ToDictionary(
                table => table.Key,
                table => new RehearsedWrites(
                    table.Key, table.Sum(one => one.Inserted), table.Sum(one => one.Updated), table.Sum(one => one.Deleted)),
                StringComparer.Ordinal);
        return [.. changed.SelectMany(table => Exceeded(
            table, dropped, rewritten.Contains(table.Table), writes.GetValueOrDefault(table.Table) ?? new(table.Table, 0, 0, 0), script))];
    }

    static IEnumerable<string> Exceeded(
        ChangedTable now, HashSet<string> dropped, bool wasRewritten, RehearsedWrites then, SqlScript script)
    {
        if (now.IsDropped)
        {
            if (!dropped.Contains(now.Table))
            {
                yield return $"it drops {now.Table}, which it kept at the rehearsal";
            }

            yield break;
        }

        if (now.HasNewFile && !wasRewritten)
        {
            yield return $"it empties or rewrites {now.Table}, which it did not at the rehearsal";
        }

        foreach (var column in now.DroppedColumns.Where(column => !dropped.Contains(column) && !IsRenamed(script)))
        {
            yield return $"it drops the column {column}, which it kept at the rehearsal";
        }

        if ((now.Deleted > 0 && then.Deleted == 0) || Lost(now.Deleted, now.Inserted) > Lost(then.Deleted, then.Inserted))
        {
            yield return Words("deletes", now.Deleted, now.Table, then.Deleted);
        }

        if (now.Updated > 0 && then.Updated == 0 && !IsUpdatedByText(now.Table, script))
        {
            yield return Words("changes", now.Updated, now.Table, then.Updated);
        }
    }

    // Rows that are deleted and inserted again are as many more as the table has more rows.
    static long Lost(long deleted, long inserted) => Math.Max(0, deleted - inserted);

    // A column has another name then when it is dropped; the catalog that is compared after the deploy shows which one is gone.
    static bool IsRenamed(SqlScript script) =>
        script.Statements.Any(statement => StatementParser.Parse(statement.Text) is Rename { Column: not null });

    static bool IsUpdatedByText(string table, SqlScript script) => script.Statements.Any(statement =>
        StatementParser.Parse(statement.Text) is Update update
        && table.Replace("\"", "", StringComparison.Ordinal).EndsWith($".{update.Table.Name}", StringComparison.Ordinal));

    static string Words(string verb, long now, string table, long then) => string.Create(
        CultureInfo.InvariantCulture, $"it {verb} {now} {(now == 1 ? "row" : "rows")} of {table}, and {then} at the rehearsal");
}

using System.Globalization;

namespace DbGate.Backups.Providers;

/// <summary>Compares what a restored copy contains with what the database contained at the restore point. Pure.</summary>
static class ContentComparison
{
    /// <summary>
    /// Tables that cannot be compared because transactions that committed at the very moment wrote to them, for people.
    /// </summary>
    public static IReadOnlyList<string> Undecided(EngineContent expected, EngineContent found)
    {
        var wanted = expected.Tables.ToDictionary(table => (table.Schema, table.Name));
        return
        [
            .. found.Tables.Where(table => table.Later > 0 && wanted.TryGetValue((table.Schema, table.Name), out var one)
                && !one.Ranges.SequenceEqual(table.Ranges))
                .Select(table =>
                    $"the rows of {table.Schema}.{table.Name}: a transaction that committed at that moment wrote {table.Later} of them"),
        ];
    }

    /// <summary>The differences, for people; empty when there are none.</summary>
    public static IReadOnlyList<string> Differences(EngineContent expected, EngineContent found)
    {
        var there = found.Tables.ToDictionary(table => (table.Schema, table.Name));
        var sequences = found.Sequences.ToDictionary(sequence => sequence.Name);
        var known = expected.Tables.Select(table => (table.Schema, table.Name)).ToHashSet();
        return
        [
            .. expected.Tables.Select(table => Difference(table, there.GetValueOrDefault((table.Schema, table.Name)))).OfType<string>(),
            .. found.Tables.Where(table => !known.Contains((table.Schema, table.Name)))
                .Select(table => $"{table.Schema}.{table.Name} is not in the database"),
            .. expected.Sequences.Select(sequence => Difference(sequence, sequences.GetValueOrDefault(sequence.Name))).OfType<string>(),
        ];
    }

    static string? Difference(EngineTable expected, EngineTable? found)
    {
        if (found is null)
        {
            return $"{expected.Schema}.{expected.Name} is missing";
        }

        if (found.Later > 0)
        {
            return null; // equal without these rows, or undecided
        }

        var (wanted, there) = (expected.Ranges.Sum(range => range.Rows), found.Ranges.Sum(range => range.Rows));
        return wanted != there
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{expected.Schema}.{expected.Name} has {there} {(there == 1 ? "row" : "rows")}, the database {wanted}")
            : expected.Ranges.SequenceEqual(found.Ranges) ? null
            : $"{expected.Schema}.{expected.Name} has other contents";
    }

    static string? Difference(EngineSequence expected, EngineSequence? found) =>
        found is null ? $"sequence {expected.Name} is missing"
        : found.Least >= expected.Least && found.Most <= expected.Most ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"sequence {expected.Name} is at {found.Least}, in the database between {expected.Least} and {expected.Most}");
}

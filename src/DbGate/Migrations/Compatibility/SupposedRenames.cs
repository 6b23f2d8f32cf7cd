using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Migrations.Compatibility;

/// <summary>A drop and an add that look like a rename.</summary>
/// <param name="Old">What is dropped, qualified and quoted.</param>
/// <param name="New">What is added.</param>
/// <param name="Lost">The values or rows that the drop loses; null when none were counted.</param>
/// <param name="Statement">Renames instead.</param>
sealed record SupposedRename(string Old, string New, string? Lost, string Statement);

/// <summary>Finds columns and tables that are dropped while similar ones are added: tools write a rename so. Pure.</summary>
static class SupposedRenames
{
    // Of the columns of both tables together, so that one more or less does not matter.
    const double AlikeTables = 0.6;

    static readonly string[] Texts = ["text", "character varying", "character", "citext"];
    static readonly string[] Numbers = ["smallint", "integer", "bigint", "numeric"];

    public static IReadOnlyList<SupposedRename> From(RehearsalReport report) =>
        [.. Columns(report), .. Tables(report)];

    static IEnumerable<SupposedRename> Columns(RehearsalReport report)
    {
        var columns = report.Effects.Where(effect => effect.Subject is { Kind: "column", Parent: not null }).ToArray();
        foreach (var table in columns.GroupBy(effect => effect.Subject.Parent!, StringComparer.Ordinal))
        {
            var added = table.Where(effect => effect.Change == CatalogChange.Added).Select(effect => effect.Subject).ToList();
            foreach (var dropped in table.Where(effect => effect.Change == CatalogChange.Removed).Select(effect => effect.Subject))
            {
                if (added.Find(one => AreAlike(TypeOf(one), TypeOf(dropped))) is { } similar)
                {
                    added.Remove(similar);
                    yield return new(
                        dropped.Identity, similar.Identity, LostOf(report, dropped.Identity),
                        $"ALTER TABLE {table.Key} RENAME COLUMN {dropped.Identity[(table.Key.Length + 1)..]} TO "
                            + $"{similar.Identity[(table.Key.Length + 1)..]}");
                }
            }
        }
    }

    static IEnumerable<SupposedRename> Tables(RehearsalReport report)
    {
        var added = Names(report, CatalogChange.Added).ToList();
        foreach (var dropped in Names(report, CatalogChange.Removed))
        {
            var old = ColumnsOf(report.Before, dropped);
            if (added.Find(one => Share(old, ColumnsOf(report.After, one)) >= AlikeTables) is { } similar)
            {
                added.Remove(similar);
                var name = similar[(similar.LastIndexOf('.') + 1)..];
                yield return new(dropped, similar, LostOf(report, dropped), $"ALTER TABLE {dropped} RENAME TO {name}");
            }
        }
    }

    static IEnumerable<string> Names(RehearsalReport report, CatalogChange change) =>
        report.Effects.Where(effect => effect.Change == change && effect.Subject.Kind == "table").Select(effect => effect.Subject.Identity);

    static HashSet<(string, string)> ColumnsOf(CatalogSnapshot catalog, string table) =>
        [.. catalog.Objects.Where(one => one.Kind == "column" && one.Parent == table)
            .Select(one => (one.Identity[(table.Length + 1)..], TypeOf(one)))];

    static double Share(HashSet<(string, string)> one, HashSet<(string, string)> other) =>
        one.Count + other.Count == 0 ? 0 : 2.0 * one.Intersect(other).Count() / (one.Count + other.Count);

    static string TypeOf(CatalogObject column) =>
        column.Properties.FirstOrDefault(property => property.Name == "type")?.Value.Split('(')[0] ?? "";

    static bool AreAlike(string one, string other) =>
        one == other || (Texts.Contains(one) && Texts.Contains(other)) || (Numbers.Contains(one) && Numbers.Contains(other));

    static string? LostOf(RehearsalReport report, string identity) =>
        report.Losses.Losses.FirstOrDefault(loss => loss.Subject == identity)?.InWords;
}

using DbGate.Migrations.Drift;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Objects that are not tables and are gone after the migrations, and row security that no longer applies. Pure.</summary>
static class ObjectLosses
{
    // Constraints, indexes and statistics are left out: they hold no data and no code, and the plan lists them among the effects.
    static readonly string[] Kinds =
    [
        "function", "procedure", "aggregate", "view", "materialized view", "enum", "domain", "composite type", "range type", "policy",
        "trigger",
        "rule", "event trigger", "sequence", "extension", "foreign table",
    ];

    public static IEnumerable<DataLoss> From(IReadOnlyList<CatalogDifference> effects, TableHistory history)
    {
        var added =
            effects.Where(effect => effect.Change == CatalogChange.Added)
                .ToLookup(effect => (effect.Subject.Kind, BareName(effect.Subject)));
        foreach (var effect in effects)
        {
            var subject = effect.Subject;
            var isReplaced = effect.Change == CatalogChange.Removed && added.Contains((subject.Kind, BareName(subject)));
            if (effect.Change == CatalogChange.Removed && Kinds.Contains(subject.Kind) && !isReplaced && !IsOwnedSequence(subject))
            {
                yield return new DataLoss(
                    DataLossKind.ObjectDropped, $"{subject}", null, 1, 0,
                    subject.Key is { } key ? history.WhoDropped(key, subject.Kind, subject.Identity) : null);
            }

            if (effect.Properties.Any(property => property is { Name: "row security", Before: not null, After: null }))
            {
                yield return new DataLoss(DataLossKind.ObjectDropped, $"row security of {subject}", null, 1, 0, null);
            }
        }
    }

    // It goes with its column.
    static bool IsOwnedSequence(CatalogObject item) => item is { Kind: "sequence", Parent: not null };

    // A routine with other arguments under the same name replaces the old one.
    static string BareName(CatalogObject item) =>
        item.Kind is "function" or "procedure" or "aggregate" && item.Identity.IndexOf('(', StringComparison.Ordinal) is var end and > 0
            ? item.Identity[..end]
            : item.Identity;
}

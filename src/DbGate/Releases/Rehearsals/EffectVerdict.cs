using System.Globalization;
using DbGate.Migrations.Drift;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// Whether a deploy had the rehearsed effect. The exit code of a command and the rows of a ledger prove nothing: a tool may skip a file
/// silently, run old binaries, or take an invalid index for a good one. Pure.
/// </summary>
/// <param name="Reason">What is wrong, in one sentence; null when the effect is the rehearsed one.</param>
/// <param name="Differences">The objects, what is missing first.</param>
sealed record EffectVerdict(string? Reason, IReadOnlyList<string> Differences)
{
    const string Invalid = "invalid";

    /// <param name="effect">What the rehearsal changed.</param>
    /// <param name="before">The target directly before the deploy.</param>
    /// <param name="after">The target after it.</param>
    /// <param name="sql">The texts of the deployed migrations.</param>
    /// <param name="isOtherVersion">True where the rehearsal ran on another major version, which may write a definition otherwise.</param>
    public static EffectVerdict From(
        CatalogDelta effect, CatalogSnapshot before, CatalogSnapshot after, IReadOnlyList<string> sql, bool isOtherVersion)
    {
        var differences = CatalogComparison.Between(effect.ApplyTo(before), after)
            .Where(difference => !(isOtherVersion && IsSpelling(difference)))
            .OrderBy(difference => difference.Change == CatalogChange.Removed ? 0 : 1)
            .ToArray();
        var hidden = Hidden(before, after, sql).Select(index =>
            $"{index} is invalid from before the deploy, and the migration that names it did not build it").ToArray();
        if (differences.Length + hidden.Length == 0)
        {
            return new(null, []);
        }

        var rehearsed = effect.Set.Objects.Count + effect.Gone.Objects.Count;
        var reason =
            differences.Length > 0 && !effect.IsEmpty && CatalogComparison.Between(before, after).Count == 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"the deploy reported success and changed nothing; the rehearsal changed {Objects(rehearsed)}")
            : hidden.Length > 0 || differences.Any(IsInvalid) ? "an index is invalid"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Objects(differences.Length)} {(differences.Length == 1 ? "differs" : "differ")} from the rehearsal");
        return new(reason, [.. hidden, .. differences.Select(difference => difference.AsDeviation())]);
    }

    static string Objects(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "object" : "objects")}");

    // Only how PostgreSQL writes it; that it is there was compared.
    static bool IsSpelling(CatalogDifference difference) =>
        difference.Change == CatalogChange.Altered && difference.Properties.All(property => property.Name == "definition");

    static bool IsInvalid(CatalogDifference difference) =>
        difference.Properties.Any(property => property is { Name: "state", After: Invalid });

    /// <summary>
    /// IF NOT EXISTS passes over an invalid index; a backup restores it as a valid one, so the rehearsal does not show it.
    /// </summary>
    static IEnumerable<CatalogObject> Hidden(CatalogSnapshot before, CatalogSnapshot after, IReadOnlyList<string> sql)
    {
        var earlier = Invalids(before).Select(index => index.Identity).ToHashSet(StringComparer.Ordinal);
        return Invalids(after).Where(index => earlier.Contains(index.Identity)
            && sql.Any(text => text.Contains(OwnName(index), StringComparison.OrdinalIgnoreCase)));
    }

    static IEnumerable<CatalogObject> Invalids(CatalogSnapshot catalog) =>
        catalog.Objects.Where(item => item.Kind == "index"
            && item.Properties.Any(property => property is { Name: "state", Value: Invalid }));

    static string OwnName(CatalogObject item) => item.Identity[((item.Parent?.Length ?? -1) + 1)..].Trim('"');
}

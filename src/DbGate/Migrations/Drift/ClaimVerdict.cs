namespace DbGate.Migrations.Drift;

/// <summary>What the catalog shows about the claim that migrations are applied, or are not.</summary>
/// <param name="Untrue">Differences that contradict it.</param>
/// <param name="Other">Differences of objects that these migrations do not change.</param>
sealed record ClaimVerdict(IReadOnlyList<string> Untrue, IReadOnlyList<string> Other)
{
    /// <summary>Compares the database with what the claim states. Pure.</summary>
    /// <param name="without">What all other applied migrations make.</param>
    /// <param name="with">What they make together with the claimed ones.</param>
    /// <param name="live">The database.</param>
    /// <param name="isApplied">The claim: applied, or not.</param>
    /// <param name="isKnown">False where a claimed migration has no file: then each difference may be its own.</param>
    public static ClaimVerdict Decide(
        CatalogSnapshot without, CatalogSnapshot with, CatalogSnapshot live, bool isApplied, bool isKnown)
    {
        var touched = Touched(without, with);
        var differences = CatalogComparison.Between(isApplied ? with : without, live).ToLookup(IsOwn);
        return new([.. differences[true].Select(one => one.AsDrift())], [.. differences[false].Select(one => one.AsDrift())]);

        bool IsOwn(CatalogDifference difference) =>
            !isKnown
            || touched.Contains((difference.Subject.Kind, difference.Subject.Identity))
            || (difference.Subject.Parent is { } parent && touched.Any(one => one.Identity == parent && IsMade(one)));

        // A part of a table that the migrations make or drop is theirs, too.
        bool IsMade((string Kind, string Identity) one) => Has(without, one) != Has(with, one);
    }

    static HashSet<(string Kind, string Identity)> Touched(CatalogSnapshot without, CatalogSnapshot with)
    {
        var (before, after) = (Index(without), Index(with));
        return
        [
            .. before.Keys.Union(after.Keys).Where(key =>
                !before.TryGetValue(key, out var old)
                    || !after.TryGetValue(key, out var now)
                    || !old.Properties.SequenceEqual(now.Properties)),
        ];
    }

    static bool Has(CatalogSnapshot snapshot, (string Kind, string Identity) one) =>
        snapshot.Objects.Any(item => item.Kind == one.Kind && item.Identity == one.Identity);

    static Dictionary<(string Kind, string Identity), CatalogObject> Index(CatalogSnapshot snapshot) =>
        snapshot.Objects.DistinctBy(item => (item.Kind, item.Identity)).ToDictionary(item => (item.Kind, item.Identity));
}

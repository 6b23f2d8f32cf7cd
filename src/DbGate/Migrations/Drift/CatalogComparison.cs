namespace DbGate.Migrations.Drift;

/// <summary>Compares two catalogs. Pure: the same catalogs give the same differences in the same order.</summary>
static class CatalogComparison
{
    /// <summary>
    /// What the second has otherwise than the first. Parts of an object that one side lacks altogether are not listed one by one.
    /// </summary>
    public static IReadOnlyList<CatalogDifference> Between(CatalogSnapshot first, CatalogSnapshot second)
    {
        var before = Index(first);
        var after = Index(second);
        var differences = new List<CatalogDifference>();
        foreach (var key in before.Keys.Union(after.Keys).Order(before.Comparer))
        {
            if (Compare(before.GetValueOrDefault(key), after.GetValueOrDefault(key)) is { } difference)
            {
                differences.Add(difference);
            }
        }

        var wholes = differences.Where(difference => difference.Change != CatalogChange.Altered)
            .Select(difference => (difference.Change, difference.Subject.Identity))
            .ToHashSet();
        return [
            .. differences.Where(difference => difference.Subject.Parent is not { } parent
                || !wholes.Contains((difference.Change, parent)))];
    }

    /// <summary>
    /// What a migration did to a database: as <see cref="Between"/>, but what has only got another name is known by its key.
    /// </summary>
    public static IReadOnlyList<CatalogDifference> Effects(CatalogSnapshot before, CatalogSnapshot after)
    {
        var old =
            before.Objects.Where(item => item.Key is not null)
                .DistinctBy(item => (item.Kind, item.Key))
                .ToDictionary(item => (item.Kind, item.Key));
        var renamed = after.Objects
            .Where(item => old.TryGetValue((item.Kind, item.Key), out var was) && was.Identity != item.Identity)
            .Select(item => (Was: old[(item.Kind, item.Key)], Now: item))
            .ToList();
        var names = renamed.ToDictionary(pair => (pair.Was.Kind, pair.Was.Identity), pair => pair.Now);
        var followed = before.Objects.Select(item => names.TryGetValue((item.Kind, item.Identity), out var now)
            ? item with { Identity = now.Identity, Parent = now.Parent }
            : item);
        var renames = renamed
            .Where(pair => OwnName(pair.Was) != OwnName(pair.Now))
            .Select(pair =>
                new CatalogDifference(
                    CatalogChange.Renamed, pair.Now, [new PropertyDifference("name", pair.Was.Identity, pair.Now.Identity)]));
        return [.. renames, .. Between(new CatalogSnapshot([.. followed]), after)];
    }

    // A part's name without its table's, which may have changed alone.
    static string OwnName(CatalogObject item) =>
        item.Parent is { } parent && item.Identity.StartsWith(parent, StringComparison.Ordinal)
            ? item.Identity[parent.Length..]
            : item.Identity;

    static SortedDictionary<(string Identity, string Kind), CatalogObject> Index(CatalogSnapshot snapshot)
    {
        var index = new SortedDictionary<(string, string), CatalogObject>(Comparer<(string Identity, string Kind)>.Create(
            (one, other) => string.CompareOrdinal(one.Identity, other.Identity) is var order and not 0
                ? order
                : string.CompareOrdinal(one.Kind, other.Kind)));
        foreach (var item in snapshot.Objects)
        {
            index[(item.Identity, item.Kind)] = item;
        }

        return index;
    }

    static CatalogDifference? Compare(CatalogObject? before, CatalogObject? after)
    {
        if (before is null || after is null)
        {
            return new CatalogDifference(before is null ? CatalogChange.Added : CatalogChange.Removed, (after ?? before)!, []);
        }

        if (before.Properties.SequenceEqual(after.Properties))
        {
            return null;
        }

        var properties = Compare(before.Properties, after.Properties);
        return properties.Count == 0 ? null : new CatalogDifference(CatalogChange.Altered, after, properties);
    }

    static List<PropertyDifference> Compare(IReadOnlyList<CatalogProperty> before, IReadOnlyList<CatalogProperty> after)
    {
        var old = before.ToDictionary(property => property.Name, property => property.Value);
        var now = after.ToDictionary(property => property.Name, property => property.Value);
        return
        [
            .. old.Keys.Union(now.Keys)
                .Order(StringComparer.Ordinal)
                .Select(name => new PropertyDifference(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .Where(property => property.Before != property.After),
        ];
    }
}

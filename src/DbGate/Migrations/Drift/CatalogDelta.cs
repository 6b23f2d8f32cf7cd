namespace DbGate.Migrations.Drift;

/// <summary>
/// What a rehearsal changed, object by object. Applied to the target's catalog from directly before the deploy, it gives the catalog that
/// the target must have afterwards. So what the restored copy shows otherwise than the target counts for nothing. Pure.
/// </summary>
/// <param name="Set">The objects that were added or altered, as they are afterwards.</param>
/// <param name="Gone">The objects that are no longer there, as they were.</param>
sealed record CatalogDelta(CatalogSnapshot Set, CatalogSnapshot Gone)
{
    /// <summary>True when nothing changed.</summary>
    public bool IsEmpty => Set.Objects.Count + Gone.Objects.Count == 0;

    /// <summary>What differs between two moments of one database.</summary>
    public static CatalogDelta Between(CatalogSnapshot before, CatalogSnapshot after)
    {
        var (old, now) = (Index(before), Index(after));
        return new(
            new([.. after.Objects.Where(item => !old.TryGetValue(Name(item), out var was) || !IsSame(was, item))]),
            new([.. before.Objects.Where(item => !now.ContainsKey(Name(item)))]));
    }

    /// <summary>The catalog that another database has after the same changes.</summary>
    public CatalogSnapshot ApplyTo(CatalogSnapshot catalog)
    {
        var objects = Index(catalog);
        foreach (var item in Gone.Objects)
        {
            objects.Remove(Name(item));
        }

        foreach (var item in Set.Objects)
        {
            objects[Name(item)] = item;
        }

        return new([.. objects.Values]);
    }

    /// <summary>The same without objects of one kind, for a rehearsal that could not tell them.</summary>
    public CatalogDelta Without(string kind) =>
        new(
            new([.. Set.Objects.Where(item => item.Kind != kind)]),
            new([.. Gone.Objects.Where(item => item.Kind != kind)]));

    static (string Kind, string Identity) Name(CatalogObject item) => (item.Kind, item.Identity);

    static bool IsSame(CatalogObject one, CatalogObject other) => one.Properties.SequenceEqual(other.Properties);

    static Dictionary<(string Kind, string Identity), CatalogObject> Index(CatalogSnapshot catalog)
    {
        var index = new Dictionary<(string, string), CatalogObject>();
        foreach (var item in catalog.Objects)
        {
            index[Name(item)] = item;
        }

        return index;
    }
}

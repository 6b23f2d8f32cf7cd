namespace DbGate.Migrations.Drift;

/// <summary>How an object differs between two catalogs.</summary>
enum CatalogChange
{
    /// <summary>Only the second has it.</summary>
    Added,

    /// <summary>Only the first has it.</summary>
    Removed,

    /// <summary>Both have it, with other properties.</summary>
    Altered,

    /// <summary>Both have it, under different names. Only found between two moments of one database.</summary>
    Renamed,
}

/// <summary>One object that differs.</summary>
/// <param name="Change">How.</param>
/// <param name="Subject">As the second catalog has it; as the first when it was removed.</param>
/// <param name="Properties">What differs, for an altered object.</param>
sealed record CatalogDifference(CatalogChange Change, CatalogObject Subject, IReadOnlyList<PropertyDifference> Properties)
{
    /// <summary>As drift: the first catalog is what the migrations give, the second what the database has.</summary>
    public string AsDrift() => Change switch
    {
        CatalogChange.Added => $"{Subject} is in the database, and no migration makes it",
        CatalogChange.Removed => $"{Subject} is missing in the database",
        _ => $"{Subject}: {string.Join("; ", Properties.Select(property =>
            $"{property.Name} is {Show(property.After)}, the migrations give {Show(property.Before)}"))}",
    };

    /// <summary>As the effect of a migration: the first catalog is from before it, the second from after.</summary>
    public string AsEffect() => Change switch
    {
        CatalogChange.Added => $"{Subject} added",
        CatalogChange.Removed => $"{Subject} dropped",
        CatalogChange.Renamed => $"{Subject.Kind} {Properties[0].Before} renamed to {Subject.Identity}",
        _ => $"{Subject} changed: {string.Join("; ", Properties.Select(property =>
            $"{property.Name} from {Show(property.Before)} to {Show(property.After)}"))}",
    };

    /// <summary>
    /// As the deviation of a deploy: the first catalog is what the rehearsal's changes give, the second what the target has.
    /// </summary>
    internal string AsDeviation() => Change switch
    {
        CatalogChange.Added => $"{Subject} is there, and the rehearsal did not make it",
        CatalogChange.Removed => $"{Subject} is missing",
        _ => $"{Subject}: {string.Join("; ", Properties.Select(property =>
            $"{property.Name} is {Show(property.After)}, rehearsed {Show(property.Before)}"))}",
    };

    static string Show(string? value) =>
        value is null ? "none" : string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>One property that differs; null means that it is not set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">In the first catalog.</param>
/// <param name="After">In the second catalog.</param>
sealed record PropertyDifference(string Name, string? Before, string? After);

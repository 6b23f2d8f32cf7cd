namespace DbGate.Migrations.Drift;

/// <summary>Which part of a database counts.</summary>
/// <param name="IgnoredSchemas">By policy; PostgreSQL's own, DbGate's own and what belongs to an extension never count.</param>
public sealed record CatalogScope(IReadOnlyList<string> IgnoredSchemas)
{
    /// <summary>Everything that migrations can make.</summary>
    public static CatalogScope Everything { get; } = new([]);
}

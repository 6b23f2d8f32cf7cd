namespace DbGate.Migrations.Drift;

/// <summary>Which part of a database counts.</summary>
/// <param name="IgnoredSchemas">By policy; PostgreSQL's own, DbGate's own and what belongs to an extension never count.</param>
sealed record CatalogScope(IReadOnlyList<string> IgnoredSchemas)
{
    /// <summary>The migration tool's own tables, as schema.table: no migration makes them.</summary>
    internal IReadOnlyList<string> Ledgers { get; init; } = [];

    /// <summary>Everything that migrations can make.</summary>
    public static CatalogScope Everything { get; } = new([]);
}

namespace DbGate.Migrations.Drift;

/// <summary>An object of a database and what makes it what it is.</summary>
/// <param name="Kind">In words: <c>table</c>, <c>column</c>, <c>foreign key</c>, …</param>
/// <param name="Identity">Its qualified name, quoted where needed.</param>
/// <param name="Parent">The identity of the table (or type) that it lives and dies with; null when it is alone.</param>
/// <param name="Properties">Ordered by name. Owner, privileges and position are left out.</param>
sealed record CatalogObject(string Kind, string Identity, string? Parent, IReadOnlyList<CatalogProperty> Properties)
{
    /// <summary>What the object is called within this database by its number; survives a rename and means nothing elsewhere.</summary>
    public string? Key { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Identity}";
}

/// <summary>One property of an object.</summary>
/// <param name="Name">In words: <c>type</c>, <c>default</c>, <c>definition</c>.</param>
/// <param name="Value">As PostgreSQL writes it, every name qualified.</param>
sealed record CatalogProperty(string Name, string Value);

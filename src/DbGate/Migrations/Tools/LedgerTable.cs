using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>A table that may be a migration tool's ledger.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name, as stored.</param>
/// <param name="Columns">Column names as stored, with their types as <c>format_type</c> prints them, in order.</param>
sealed record LedgerTable(string Schema, string Name, IReadOnlyList<(string Name, string Type)> Columns)
{
    /// <summary>The quoted name, for SQL.</summary>
    public string Sql => $"{Postgres.Sql.Identifier(Schema)}.{Postgres.Sql.Identifier(Name)}";

    /// <summary>The name for people.</summary>
    public string Shown => $"{Schema}.{Name}";

    /// <summary>True when the name is this one, whatever its case.</summary>
    public bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>True when there is a column of this name, whatever its case, whose type begins with one of these.</summary>
    public bool Has(string column, params IReadOnlyList<string> types) =>
        Columns.Any(one => one.Name.Equals(column, StringComparison.OrdinalIgnoreCase)
            && (types.Count == 0 || types.Any(type => one.Type.StartsWith(type, StringComparison.Ordinal))));

    /// <summary>The first of these columns that exists, quoted as it is stored; null when there is none.</summary>
    public string? Column(params IReadOnlyList<string> names) =>
        names.Select(name => Columns.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name)
            .FirstOrDefault(name => name is not null) is { } found ? Postgres.Sql.Identifier(found) : null;
}

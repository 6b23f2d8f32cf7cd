using System.Collections.Immutable;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Schema;

/// <summary>A table as the migrations' text reports it.</summary>
sealed record KnownTable(QualifiedName Name, bool IsNew)
{
    /// <summary>Created with IF NOT EXISTS, so that it may be older than it looks.</summary>
    public bool MayExist { get; init; }

    public bool Partitioned { get; init; }

    public ImmutableDictionary<string, KnownColumn> Columns { get; init; } = ImmutableDictionary<string, KnownColumn>.Empty;

    public ImmutableDictionary<string, TableConstraint> Constraints { get; init; } = ImmutableDictionary<string, TableConstraint>.Empty;

    public ImmutableDictionary<string, IReadOnlyList<string?>> Indexes { get; init; } =
        ImmutableDictionary<string, IReadOnlyList<string?>>.Empty;

    /// <summary>Whether an index, or a key's, begins with these columns in any order.</summary>
    public bool HasIndexOn(IReadOnlyList<string> columns) =>
        Indexes.Values
            .Concat(Constraints.Values
                .Where(constraint => constraint.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique)
                .Select(constraint => constraint.Columns))
            .Any(index => index.Count >= columns.Count && index.Take(columns.Count).All(columns.Contains));

    /// <summary>Whether a validated check already rules out nulls, so that SET NOT NULL need not scan.</summary>
    public bool HasNotNullCheck(string column) =>
        Constraints.Values.Any(constraint => constraint is { Kind: ConstraintKind.Check, NotValid: false, Expression: { } expression }
            && Normalize(expression) == $"{Normalize(QualifiedName.Quote(column))}isnotnull");

    /// <summary>The same, with nothing new in it.</summary>
    public KnownTable Settle() => this with
    {
        IsNew = false,
        MayExist = false,
        Columns = Columns.SetItems(
            from pair in Columns where pair.Value.IsNew select KeyValuePair.Create(pair.Key, pair.Value with { IsNew = false })),
    };

    static string Normalize(string expression) =>
        string.Concat(expression.Where(character => !char.IsWhiteSpace(character) && character is not ('(' or ')' or '"')))
            .ToLowerInvariant();
}

/// <summary>A column as the migrations' text reports it.</summary>
sealed record KnownColumn(SqlType Type, bool IsNew)
{
    public bool NotNull { get; init; }

    /// <summary>A stored generated column.</summary>
    public bool Stored { get; init; }
}

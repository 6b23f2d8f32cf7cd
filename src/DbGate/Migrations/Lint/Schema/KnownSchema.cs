using System.Collections.Immutable;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Schema;

/// <summary>
/// What the text of earlier migrations, and of the statements before in this one, reports of the tables. It may lack things
/// (a hand-made table, SQL in functions): a rule takes what is unknown for an existing, filled table.
/// </summary>
sealed record KnownSchema
{
    public static readonly KnownSchema Empty = new();

    public ImmutableDictionary<QualifiedName, KnownTable> Tables { get; init; } = ImmutableDictionary<QualifiedName, KnownTable>.Empty;

    /// <summary>Which table an index belongs to.</summary>
    public ImmutableDictionary<string, QualifiedName> IndexedTables { get; init; } = ImmutableDictionary<string, QualifiedName>.Empty;

    /// <summary>Domains with constraints.</summary>
    public ImmutableDictionary<string, CreateDomain> Domains { get; init; } = ImmutableDictionary<string, CreateDomain>.Empty;

    /// <summary>The bodies of functions and procedures, by name without schema.</summary>
    public ImmutableDictionary<string, DoBlock> Routines { get; init; } = ImmutableDictionary<string, DoBlock>.Empty;

    /// <summary>What is not a table and was created, or got its name, in the migration that is looked at.</summary>
    public ImmutableList<(string Kind, QualifiedName Name)> NewObjects { get; init; } = [];

    public KnownTable? Find(QualifiedName name) =>
        Tables.GetValueOrDefault(name)
        ?? Tables.GetValueOrDefault(name with { Schema = name.Schema is null ? "public" : null });

    /// <summary>Created by the migration that is looked at: empty and seen by no one until it commits.</summary>
    public bool IsNew(QualifiedName table) => Find(table) is { IsNew: true };

    public bool IsNew(QualifiedName table, string column) =>
        Find(table) is { } known && (known.IsNew || known.Columns.GetValueOrDefault(column) is { IsNew: true });

    /// <summary>Whether it can hold rows from before the migration: CREATE TABLE IF NOT EXISTS does not tell.</summary>
    public bool MayHoldRows(QualifiedName table) => Find(table) is not { IsNew: true, MayExist: false };

    public bool IsNewObject(string kind, QualifiedName name) =>
        NewObjects.Exists(known => known.Kind == kind && known.Name.MayBe(name));

    /// <summary>The same, with nothing new in it: the state before the next migration.</summary>
    public KnownSchema Settle() => this with
    {
        NewObjects = [],
        Tables = Tables.SetItems(
            from pair in Tables
            where pair.Value.IsNew || pair.Value.Columns.Values.Any(column => column.IsNew)
            select KeyValuePair.Create(pair.Key, pair.Value.Settle())),
    };
}

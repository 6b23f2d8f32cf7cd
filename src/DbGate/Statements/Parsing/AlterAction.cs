namespace DbGate.Statements.Parsing;

/// <summary>One comma-separated part of <c>ALTER TABLE</c>.</summary>
abstract record AlterAction;

/// <summary>An action without a record of its own; <paramref name="Form"/> is one of <see cref="AlterForms"/>, or empty.</summary>
sealed record OtherAction(string Form = "") : AlterAction;

sealed record AddColumn(ColumnDefinition Column) : AlterAction;

sealed record DropColumn(string Column, bool Cascade) : AlterAction;

/// <summary><c>ALTER COLUMN … TYPE</c>; <paramref name="TypeText"/> is the type as written.</summary>
sealed record AlterColumnType(string Column, SqlType Type, string TypeText, SqlExpression? Using) : AlterAction;

sealed record SetNotNull(string Column) : AlterAction;

sealed record DropNotNull(string Column) : AlterAction;

/// <summary>Null for DROP DEFAULT.</summary>
sealed record SetDefault(string Column, SqlExpression? Value) : AlterAction;

/// <summary><c>ALTER COLUMN … SET EXPRESSION</c> (PostgreSQL 17).</summary>
sealed record SetExpression(string Column) : AlterAction;

/// <summary>
/// <c>ALTER CONSTRAINT</c>; <paramref name="Enforced"/> is true for ENFORCED, false for NOT ENFORCED (PostgreSQL 18), null for another
/// change.
/// </summary>
sealed record AlterConstraint(string Name, bool? Enforced) : AlterAction;

sealed record AddConstraint(TableConstraint Constraint) : AlterAction;

sealed record ValidateConstraint(string Name) : AlterAction;

sealed record DropConstraint(string Name) : AlterAction;

sealed record SetLogged(bool Logged) : AlterAction;

sealed record AttachPartition(QualifiedName Partition) : AlterAction;

sealed record DetachPartition(QualifiedName Partition, bool Concurrently) : AlterAction;

sealed record ColumnDefinition(
    string Name,
    SqlType Type,
    bool NotNull,
    SqlExpression? Default,
    bool Identity,
    bool Stored,
    IReadOnlyList<TableConstraint> Constraints)
{
    /// <summary>Generated and computed when it is read (PostgreSQL 18).</summary>
    public bool Virtual { get; init; }
}

enum ConstraintKind
{
    Check,
    Unique,
    PrimaryKey,
    ForeignKey,
    Exclude,
    NotNull,
}

/// <summary>
/// A constraint of a table or column. <paramref name="References"/> is a foreign key's target, <paramref name="UsingIndex"/>
/// states that it is made of an index that exists, <paramref name="Expression"/> is a check's, with its parentheses.
/// </summary>
sealed record TableConstraint(
    ConstraintKind Kind,
    string? Name,
    IReadOnlyList<string> Columns,
    QualifiedName? References = null,
    bool NotValid = false,
    bool UsingIndex = false,
    string? Expression = null)
{
    /// <summary>NOT ENFORCED: no row is read and none is checked (PostgreSQL 18).</summary>
    public bool NotEnforced { get; init; }

    /// <summary>A key over time ranges: WITHOUT OVERLAPS or PERIOD (PostgreSQL 18).</summary>
    public bool Temporal { get; init; }

    /// <summary>UNIQUE NULLS NOT DISTINCT (PostgreSQL 15).</summary>
    public bool NullsNotDistinct { get; init; }
}

/// <summary>The actions of ALTER TABLE that rules ask only by name for.</summary>
static class AlterForms
{
    public const string EnableRowSecurity = "enable row level security";
    public const string DisableRowSecurity = "disable row level security";
    public const string ForceRowSecurity = "force row level security";
    public const string NoForceRowSecurity = "no force row level security";
    public const string OwnerTo = "owner to";
    public const string SetTablespace = "set tablespace";
    public const string SetAccessMethod = "set access method";
    public const string ReplicaIdentity = "replica identity";
    public const string Inherit = "inherit";
    public const string NoInherit = "no inherit";
    public const string ClusterOn = "cluster on";
    public const string SetWithoutCluster = "set without cluster";

    /// <summary>Of the table itself.</summary>
    public static readonly IReadOnlyList<string> OfTable =
    [
        EnableRowSecurity, DisableRowSecurity, ForceRowSecurity, NoForceRowSecurity, OwnerTo, SetTablespace, SetAccessMethod,
        ReplicaIdentity, Inherit,
        NoInherit, ClusterOn, SetWithoutCluster, "enable replica trigger", "enable always trigger", "enable trigger", "disable trigger",
        "enable replica rule", "enable always rule", "enable rule", "disable rule", "set", "reset", "of", "not of",
    ];

    /// <summary>Of a column.</summary>
    public static readonly IReadOnlyList<string> OfColumn =
    [
        "set statistics", "set storage", "set compression", "drop identity", "drop expression", "add generated", "set generated",
        "restart", "set", "reset",
    ];
}

namespace DbGate.Migrations.Statements.Parsing;

/// <summary>One comma-separated part of <c>ALTER TABLE</c>.</summary>
abstract record AlterAction;

sealed record OtherAction : AlterAction;

sealed record AddColumn(ColumnDefinition Column) : AlterAction;

sealed record DropColumn(string Column, bool Cascade) : AlterAction;

/// <summary><c>ALTER COLUMN … TYPE</c>; <paramref name="TypeText"/> is the type as written.</summary>
sealed record AlterColumnType(string Column, SqlType Type, string TypeText, SqlExpression? Using) : AlterAction;

sealed record SetNotNull(string Column) : AlterAction;

sealed record DropNotNull(string Column) : AlterAction;

sealed record SetDefault(string Column) : AlterAction;

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
    IReadOnlyList<TableConstraint> Constraints);

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
/// says that it is made of an index that exists, <paramref name="Expression"/> is a check's, with its parentheses.
/// </summary>
sealed record TableConstraint(
    ConstraintKind Kind,
    string? Name,
    IReadOnlyList<string> Columns,
    QualifiedName? References = null,
    bool NotValid = false,
    bool UsingIndex = false,
    string? Expression = null);

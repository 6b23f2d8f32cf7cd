namespace DbGate.Migrations.Statements.Parsing;

/// <summary>What a statement does, as far as a rule wants to know.</summary>
abstract record ParsedStatement;

/// <summary>A statement of no interest, or one that this parser does not know.</summary>
sealed record OtherStatement(string Verb) : ParsedStatement;

sealed record CreateTable(
    QualifiedName Table,
    bool Temporary,
    IReadOnlyList<ColumnDefinition> Columns,
    IReadOnlyList<TableConstraint> Constraints) : ParsedStatement;

sealed record AlterTable(QualifiedName Table, IReadOnlyList<AlterAction> Actions) : ParsedStatement;

/// <summary><c>ALTER … RENAME</c> of an object, or of a column when <paramref name="Column"/> is set.</summary>
sealed record Rename(string Kind, QualifiedName Name, string? Column, string NewName) : ParsedStatement;

/// <summary><c>CREATE INDEX</c>; null among the <paramref name="Columns"/> stands for an expression.</summary>
sealed record CreateIndex(
    string? Name, QualifiedName Table, bool Unique, bool Concurrently, IReadOnlyList<string?> Columns, bool Partial) : ParsedStatement;

/// <summary><c>DROP</c>, with the <paramref name="Kind"/> in lower case: <c>table</c>, <c>materialized view</c>, …</summary>
sealed record Drop(string Kind, IReadOnlyList<QualifiedName> Names, bool Cascade, bool Concurrently) : ParsedStatement;

sealed record Truncate(IReadOnlyList<QualifiedName> Tables, bool Cascade) : ParsedStatement;

sealed record Delete(QualifiedName Table, bool Filtered) : ParsedStatement;

sealed record Update(QualifiedName Table, IReadOnlyList<string> Columns, bool Filtered) : ParsedStatement;

sealed record Insert(QualifiedName Table) : ParsedStatement;

/// <summary>A statement whose WITH list writes rows.</summary>
/// <param name="Writes">The writes of the list, each with where it begins in the statement.</param>
/// <param name="Main">The statement behind the list.</param>
sealed record WithWrites(IReadOnlyList<(int Offset, ParsedStatement Statement)> Writes, ParsedStatement Main) : ParsedStatement;

sealed record CreateEnum(QualifiedName Type) : ParsedStatement;

sealed record AddEnumValue(QualifiedName Type, string Value) : ParsedStatement;

sealed record CreateTrigger(string Name, QualifiedName Table) : ParsedStatement;

sealed record Reindex(string Kind, QualifiedName? Name, bool Concurrently) : ParsedStatement;

/// <summary><c>CLUSTER</c> or <c>VACUUM FULL</c>.</summary>
sealed record RewriteTable(string Verb, QualifiedName? Table) : ParsedStatement;

sealed record RefreshMaterializedView(QualifiedName View, bool Concurrently) : ParsedStatement;

sealed record SetParameter(string Name, string Value, bool Local) : ParsedStatement;

enum TransactionVerb
{
    Begin,
    Commit,
    Rollback,
    Savepoint,
}

sealed record TransactionControl(TransactionVerb Verb) : ParsedStatement;

/// <summary>An anonymous block: the text between its quotes and where that begins in the statement.</summary>
sealed record DoBlock(string Body, int BodyOffset) : ParsedStatement;

/// <summary>SQL that a block puts together when it runs.</summary>
sealed record DynamicSql : ParsedStatement;

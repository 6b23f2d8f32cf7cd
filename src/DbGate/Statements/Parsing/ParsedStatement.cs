namespace DbGate.Statements.Parsing;

/// <summary>What a statement does, as far as a rule wants to know.</summary>
abstract record ParsedStatement;

/// <summary>A statement of no interest, or one that this parser does not know.</summary>
sealed record OtherStatement(string Verb) : ParsedStatement
{
    /// <summary>The functions that a SELECT, CALL or VALUES calls.</summary>
    public IReadOnlyList<QualifiedName> Calls { get; init; } = [];
}

sealed record CreateTable(
    QualifiedName Table,
    bool Temporary,
    IReadOnlyList<ColumnDefinition> Columns,
    IReadOnlyList<TableConstraint> Constraints) : ParsedStatement
{
    /// <summary>With IF NOT EXISTS the table may exist and hold rows.</summary>
    public bool IfNotExists { get; init; }

    public bool Partitioned { get; init; }
}

sealed record AlterTable(QualifiedName Table, IReadOnlyList<AlterAction> Actions) : ParsedStatement;

/// <summary><c>ALTER … RENAME</c> of an object, or of a column when <paramref name="Column"/> is set.</summary>
sealed record Rename(string Kind, QualifiedName Name, string? Column, string NewName) : ParsedStatement;

/// <summary><c>ALTER … SET SCHEMA</c>.</summary>
sealed record SetSchema(string Kind, QualifiedName Name, string Schema) : ParsedStatement;

/// <summary><c>CREATE INDEX</c>; null among the <paramref name="Columns"/> means an expression.</summary>
sealed record CreateIndex(
    string? Name, QualifiedName Table, bool Unique, bool Concurrently, IReadOnlyList<string?> Columns, bool Partial) : ParsedStatement
{
    public bool IfNotExists { get; init; }

    /// <summary>ON ONLY: for a partitioned table, nothing is built.</summary>
    public bool Only { get; init; }
}

/// <summary><c>DROP</c>, with the <paramref name="Kind"/> in lower case: <c>table</c>, <c>materialized view</c>, …</summary>
sealed record Drop(string Kind, IReadOnlyList<QualifiedName> Names, bool Cascade, bool Concurrently) : ParsedStatement
{
    /// <summary>The table of a trigger, policy or rule.</summary>
    public QualifiedName? On { get; init; }
}

sealed record Truncate(IReadOnlyList<QualifiedName> Tables, bool Cascade) : ParsedStatement;

sealed record Delete(QualifiedName Table, bool Filtered) : ParsedStatement
{
    /// <summary>The text behind WHERE; null without one.</summary>
    public string? Condition { get; init; }
}

sealed record Update(QualifiedName Table, IReadOnlyList<string> Columns, bool Filtered) : ParsedStatement
{
    /// <summary>The text behind WHERE; null without one.</summary>
    public string? Condition { get; init; }
}

/// <summary><c>MERGE</c>: what it does to rows of its target that exist.</summary>
/// <param name="Table">The target.</param>
/// <param name="Deletes">Whether it deletes rows.</param>
/// <param name="Updates">The columns that it overwrites.</param>
/// <param name="BySource">Whether it changes rows for which the source has none (PostgreSQL 17).</param>
sealed record Merge(QualifiedName Table, bool Deletes, IReadOnlyList<string> Updates, bool BySource) : ParsedStatement;

sealed record Insert(QualifiedName Table) : ParsedStatement;

/// <summary>A statement whose WITH list writes rows.</summary>
/// <param name="Writes">The writes of the list, each with where it begins in the statement.</param>
/// <param name="Main">The statement behind the list.</param>
sealed record WithWrites(IReadOnlyList<(int Offset, ParsedStatement Statement)> Writes, ParsedStatement Main) : ParsedStatement;

sealed record CreateEnum(QualifiedName Type) : ParsedStatement;

/// <summary><c>CREATE</c> of an object that needs no record of its own; <paramref name="On"/> is a policy's or a rule's table.</summary>
sealed record CreateObject(string Kind, QualifiedName Name, QualifiedName? On, bool Replaces) : ParsedStatement;

/// <summary>A function or procedure.</summary>
/// <param name="Kind"><c>function</c> or <c>procedure</c>.</param>
/// <param name="Name">Without arguments.</param>
/// <param name="Body">The text between its quotes, when it is SQL or PL/pgSQL; otherwise null.</param>
sealed record CreateRoutine(string Kind, QualifiedName Name, DoBlock? Body) : ParsedStatement;

sealed record CreateDomain(QualifiedName Name, bool HasConstraints, bool NotNull) : ParsedStatement;

sealed record LockTables(IReadOnlyList<QualifiedName> Tables, string Mode) : ParsedStatement;

/// <summary><c>ALTER SEQUENCE</c>.</summary>
sealed record AlterSequence(QualifiedName Name, bool Restarts, SqlType? Type) : ParsedStatement;

/// <summary>A change that reaches beyond this database: <c>ALTER SYSTEM</c>, <c>ALTER ROLE</c>, <c>ALTER DATABASE</c>.</summary>
sealed record ServerChange(string What) : ParsedStatement;

/// <summary><c>GRANT</c> or <c>REVOKE</c>.</summary>
/// <param name="Grants">False for REVOKE.</param>
/// <param name="Privileges">As written, lower case.</param>
/// <param name="Text">The object, as written.</param>
/// <param name="Tables">The tables, where it is about tables.</param>
sealed record Privilege(bool Grants, IReadOnlyList<string> Privileges, string Text, IReadOnlyList<QualifiedName> Tables) : ParsedStatement;

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

using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What a migration did when it was rehearsed.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Time">All of its statements and commits.</param>
/// <param name="Statements">As far as it came, in order.</param>
/// <param name="Failure">Null when it went through.</param>
sealed record MigrationMeasurement(
    string Name, TimeSpan Time, IReadOnlyList<StatementMeasurement> Statements, RehearsalFailure? Failure);

/// <summary>What a statement did.</summary>
/// <param name="Index">Which of the file's statements it is, from zero.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Time">Until the server answered, and committed where it commits by itself.</param>
sealed record StatementMeasurement(int Index, SourceLocation Location, string Sql, TimeSpan Time)
{
    /// <summary>The table locks that it took and the transaction did not hold yet, strongest first.</summary>
    public IReadOnlyList<MeasuredLock> Locks { get; init; } = [];

    /// <summary>Tables that were rewritten: their file changed.</summary>
    public IReadOnlyList<string> Rewritten { get; init; } = [];

    /// <summary>The same, by number: a table may be renamed meanwhile.</summary>
    public IReadOnlyList<uint> RewrittenTables { get; init; } = [];

    /// <summary>What it read and wrote, table by table.</summary>
    public IReadOnlyList<TableActivity> Activity { get; init; } = [];

    /// <summary>The tables, views and columns that it dropped. What else changed is compared once, for all migrations together.</summary>
    public IReadOnlyList<CatalogDifference> Objects { get; init; } = [];

    /// <summary>Columns whose type it changed, with the values that do not survive.</summary>
    public IReadOnlyList<Conversion> Conversions { get; init; } = [];

    /// <summary>Counts the migration's transactions: statements of one number share one, and their locks are held to its end.</summary>
    public int Transaction { get; init; }

    /// <summary>True when it ran by itself and its locks were sampled from another connection, so a short one may be missing.</summary>
    public bool IsSampled { get; init; }
}

/// <summary>A lock that was held.</summary>
/// <param name="Table">Qualified name.</param>
/// <param name="Mode">The strongest mode.</param>
sealed record MeasuredLock(string Table, TableLock Mode)
{
    /// <summary>The table's number.</summary>
    public uint Oid { get; init; }
}

/// <summary>What a statement did to the rows of a table.</summary>
/// <param name="Oid">The table's number.</param>
/// <param name="Table">Qualified name.</param>
/// <param name="Scans">How often it was read from end to end.</param>
/// <param name="RowsRead">Rows read in those scans.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Deleted">Rows deleted; a TRUNCATE does not count them.</param>
sealed record TableActivity(uint Oid, string Table, long Scans, long RowsRead, long Inserted, long Updated, long Deleted);

/// <summary>A change of a column's type, counted on the data before it.</summary>
/// <param name="Table">Qualified name.</param>
/// <param name="Column">Its name, without quotes.</param>
/// <param name="OldType">As the catalog had it.</param>
/// <param name="NewType">As the statement writes it.</param>
/// <param name="Values">Values that are not null.</param>
/// <param name="Changed">Those that come back different when converted there and back; null when the server cannot convert them outside of
/// ALTER TABLE.</param>
sealed record Conversion(string Table, string Column, string OldType, string NewType, long Values, long? Changed)
{
    /// <summary>Counts <see cref="Changed"/> on a database where the column has its old type.</summary>
    internal string? Query { get; init; }
}

/// <summary>Why a rehearsal stopped.</summary>
/// <param name="SqlState">PostgreSQL's code.</param>
/// <param name="Message">PostgreSQL's words.</param>
/// <param name="Detail">More of them.</param>
/// <param name="Location">The statement, as exact as the server states.</param>
/// <param name="StatementsKept">How many of the file's statements stay applied after the failure.</param>
sealed record RehearsalFailure(string SqlState, string Message, string? Detail, SourceLocation Location, int StatementsKept)
{
    /// <summary>
    /// True when the file went through and the engine's own write to the ledger failed, because of the session state that the file left.
    /// </summary>
    internal bool IsOfLedger { get; init; }
}

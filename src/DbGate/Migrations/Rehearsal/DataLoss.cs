using System.Globalization;

namespace DbGate.Migrations.Rehearsal;

/// <summary>How data is lost.</summary>
enum DataLossKind
{
    /// <summary>The table is gone.</summary>
    TableDropped,

    /// <summary>Rows are gone.</summary>
    RowsDeleted,

    /// <summary>The column is gone.</summary>
    ColumnDropped,

    /// <summary>The column's new type cannot hold all values.</summary>
    ColumnNarrowed,

    /// <summary>Values were replaced.</summary>
    ColumnOverwritten,

    /// <summary>Rows were changed, and others came or went, so that no column can be compared.</summary>
    RowsChanged,

    /// <summary>Large objects are gone.</summary>
    LargeObjectsDeleted,

    /// <summary>The content of large objects was replaced.</summary>
    LargeObjectsOverwritten,

    /// <summary>A function, view, type, policy, trigger or another object that is not a table is gone.</summary>
    ObjectDropped,

    /// <summary>Privileges that a role had are gone.</summary>
    GrantRemoved,
}

/// <summary>A query that counts a loss on a database before the migrations.</summary>
/// <param name="Sql">One SELECT that returns one number and changes nothing.</param>
/// <param name="Count">What it returned on the restored data. A higher number means that more can be lost than was counted.</param>
sealed record LossCount(string Sql, long Count);

/// <summary>One loss, counted on the restored data.</summary>
/// <param name="Kind">How.</param>
/// <param name="Table">
/// Qualified name, as it was before the migrations. For an object that is not a table: its kind and name. For privileges: what, on what, to
/// whom.
/// </param>
/// <param name="Column">Null when whole rows are meant.</param>
/// <param name="Rows">Rows, large objects, objects or privileges concerned.</param>
/// <param name="Values">Non-null values lost.</param>
/// <param name="Migration">The migration that does it; null when several or none can be named.</param>
sealed record DataLoss(DataLossKind Kind, string Table, string? Column, long Rows, long Values, string? Migration)
{
    /// <summary>False when the number is an upper bound.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>Counts the loss again; null when there is nothing to count: an object is dropped or it is not.</summary>
    internal LossCount? Recount { get; init; }

    /// <summary>What an approver writes to accept exactly this loss: <c>ColumnDropped:public."User".name=120</c>.</summary>
    public string Acceptance => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Subject}={Number}");

    /// <summary>In words.</summary>
    public string InWords => Kind switch
    {
        DataLossKind.TableDropped => string.Create(
            CultureInfo.InvariantCulture, $"table {Table} is dropped with {Count(Rows, "row")} and {Count(Values, "value")}"),
        DataLossKind.RowsDeleted => string.Create(
            CultureInfo.InvariantCulture, $"{Count(Rows, "row")} of {Table} {(Rows == 1 ? "is" : "are")} deleted"),
        DataLossKind.ColumnDropped => string.Create(
            CultureInfo.InvariantCulture, $"column {Subject} is dropped with {Count(Values, "value")} in {Count(Rows, "row")}"),
        DataLossKind.ColumnNarrowed => string.Create(
            CultureInfo.InvariantCulture, $"{Values} of the values in {Subject} do not fit the new type"),
        DataLossKind.ColumnOverwritten => string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsExact ? "" : "up to ")}{Values} {(Values == 1 ? "value" : "values")} of {Subject} {(Values == 1 ? "is" : "are")} "
                + $"overwritten"),
        DataLossKind.LargeObjectsDeleted => string.Create(
            CultureInfo.InvariantCulture, $"{Rows} {(Rows == 1 ? "large object is" : "large objects are")} deleted"),
        DataLossKind.LargeObjectsOverwritten => string.Create(
            CultureInfo.InvariantCulture, $"the content of {Rows} {(Rows == 1 ? "large object" : "large objects")} is overwritten"),
        DataLossKind.ObjectDropped => $"{Table} is dropped",
        DataLossKind.GrantRemoved => $"the grant of {Table} is removed",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsExact ? "" : "up to ")}{Count(Rows, "row")} of {Table} {(Rows == 1 ? "is" : "are")} changed"),
    };

    static string Count(long? count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    internal string Subject => Column is null ? Table : $"{Table}.{Statements.Parsing.QualifiedName.Quote(Column)}";

    internal long Number =>
        Kind is DataLossKind.ColumnDropped or DataLossKind.ColumnNarrowed or DataLossKind.ColumnOverwritten ? Values : Rows;
}

/// <summary>Why a table counts as unchanged.</summary>
enum UnchangedProof
{
    /// <summary>Its values have the same hashes before and after.</summary>
    Hash,

    /// <summary>No statement wrote rows, gave it another file, or dropped it or a column of it.</summary>
    NotWritten,
}

/// <summary>A table that kept everything.</summary>
/// <param name="Name">Qualified name.</param>
/// <param name="Rows">Null when they were not counted.</param>
/// <param name="Proof">How that is known.</param>
sealed record UnchangedTable(string Name, long? Rows, UnchangedProof Proof);

/// <summary>What the pending migrations lose, and what they provably leave alone.</summary>
/// <param name="Losses">Ordered by table and column. A loss of nothing (an empty table, a column of nulls) is not listed.</param>
/// <param name="Unchanged">Tables that kept everything and got nothing.</param>
/// <param name="Extended">Tables that kept all values and got rows or columns.</param>
/// <param name="Uncompared">Tables that were written to although nothing in the text names them, so their content from before is not
/// known.</param>
sealed record DataLossReceipt(
    IReadOnlyList<DataLoss> Losses, IReadOnlyList<UnchangedTable> Unchanged, IReadOnlyList<string> Extended,
    IReadOnlyList<string> Uncompared)
{
    /// <summary>What could have been lost and was not, each with the query that must not return more when the deploy begins.</summary>
    internal IReadOnlyList<DataLoss> NothingLost { get; init; } = [];

    /// <summary>Tables and columns that were dropped, and held nothing.</summary>
    internal IReadOnlyList<DataLoss> DroppedEmpty { get; init; } = [];

    /// <summary>What the compared tables held, by name.</summary>
    internal IReadOnlyDictionary<string, TableContent> ContentsBefore { get; init; } = new Dictionary<string, TableContent>();
}

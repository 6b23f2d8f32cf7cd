using System.Data.Common;

namespace DbGate.Postgres;

/// <summary>NULL as null.</summary>
static class Rows
{
    /// <summary>A text, an array or another object; null for NULL.</summary>
    public static T? Optional<T>(this DbDataReader row, int column)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
    }

    /// <summary>A number, a time or another value; null for NULL.</summary>
    public static T? OptionalValue<T>(this DbDataReader row, int column)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
    }
}

using DbGate.Migrations.Lint.Schema;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Rules;

/// <summary>What three rules have to know of <c>ALTER COLUMN … TYPE</c>.</summary>
/// <param name="Old">Null when no migration reports.</param>
/// <param name="Change">What it does, the worst when the old type is not known.</param>
/// <param name="Shifts">From a time without a zone to one with, or back.</param>
sealed record ColumnTypeChange(SqlType? Old, TypeChange Change, bool Shifts)
{
    static readonly string[] TakeAnything = ["text", "varchar", "citext", "bigint", "numeric", "jsonb", "double precision"];

    public static ColumnTypeChange From(AlterColumnType action, QualifiedName table, LintStatement statement)
    {
        var old = statement.Before.Find(table)?.Columns.GetValueOrDefault(action.Column)?.Type;
        var plain = old is null
            ? new TypeChange(
                true, action.Type.First is null && TakeAnything.Contains(action.Type.Name) ? ValueFate.Kept : ValueFate.Changed)
            : TypeChange.Between(old, action.Type);
        var shifts = (old?.Name, action.Type.Name) is ("timestamp", "timestamptz") or ("timestamptz", "timestamp") or (null, "timestamptz");
        return new ColumnTypeChange(old, action.Using is { } conversion ? By(conversion, plain) : plain, shifts);
    }

    // An explicit cast cuts what the implicit one refuses. Through text to a new enum it refuses what is not there.
    static TypeChange By(SqlExpression conversion, TypeChange plain)
    {
        var throughText = conversion.Text.Contains("::text::", StringComparison.OrdinalIgnoreCase) && conversion.Calls.Count == 0;
        return new TypeChange(
            true,
            throughText
                ? ValueFate.Refused
                : plain.Fate == ValueFate.Kept && conversion.Calls.Count == 0
                ? ValueFate.Kept
                : ValueFate.Changed);
    }
}

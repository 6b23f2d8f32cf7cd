using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Schema;

/// <summary>What happens to values that do not fit the new type.</summary>
enum ValueFate
{
    /// <summary>All fit.</summary>
    Kept,

    /// <summary>The statement fails.</summary>
    Refused,

    /// <summary>They are rounded or cut without a word.</summary>
    Changed,
}

/// <summary>What <c>ALTER COLUMN … TYPE</c> does, by the old type and the new.</summary>
/// <param name="Rewrites">Whether the table is rewritten.</param>
/// <param name="Fate">What becomes of values that do not fit.</param>
sealed record TypeChange(bool Rewrites, ValueFate Fate)
{
    static readonly string[] Integers = ["smallint", "integer", "bigint"];
    static readonly string[] Floats = ["real", "double precision"];
    static readonly string[] Moments = ["timestamp", "timestamptz"];

    public static TypeChange Between(SqlType old, SqlType next)
    {
        if (old == next)
        {
            return new TypeChange(false, ValueFate.Kept);
        }

        if (old.IsArray || next.IsArray)
        {
            // Elements are converted one by one even where they need not be.
            return old.IsArray == next.IsArray
                ? Between(old with { IsArray = false }, next with { IsArray = false }) with { Rewrites = true }
                : new TypeChange(true, ValueFate.Changed);
        }

        return (old.Name, next.Name) switch
        {
            ("varchar" or "text" or "citext", "citext") or ("citext", "text") => new TypeChange(false, ValueFate.Kept),
            ("citext", "varchar") when next.First is null => new TypeChange(false, ValueFate.Kept),
            ("varchar" or "text", "text") => new TypeChange(false, ValueFate.Kept),
            ("varchar" or "text", "varchar") when next.First is null => new TypeChange(false, ValueFate.Kept),
            ("varchar", "varchar") when old.First <= next.First => new TypeChange(false, ValueFate.Kept),
            ("varchar" or "text" or "char", "varchar" or "char") => new TypeChange(true, ValueFate.Refused),
            ("numeric", "numeric") => Numeric(old, next),
            ("timestamp", "timestamp") or ("timestamptz", "timestamptz") => Precision(old, next),
            (_, "text" or "varchar") => new TypeChange(true, next.First is null ? ValueFate.Kept : ValueFate.Refused),
            ("json", "jsonb") or ("date", "timestamp") or ("real", "double precision") => new TypeChange(true, ValueFate.Kept),
            _ when Integers.Contains(old.Name) => FromInteger(old, next),
            _ when Moments.Contains(old.Name) && Moments.Contains(next.Name) => Precision(old, next) with { Rewrites = true },
            _ => new TypeChange(true, ValueFate.Changed),
        };
    }

    static TypeChange Numeric(SqlType old, SqlType next)
    {
        var widens = next.First is null || (old.First <= next.First && (old.Second ?? 0) == (next.Second ?? 0));
        var rounds = next.First is not null && (old.First is null || (next.Second ?? 0) < (old.Second ?? 0));
        return new TypeChange(!widens, widens ? ValueFate.Kept : rounds ? ValueFate.Changed : ValueFate.Refused);
    }

    static TypeChange Precision(SqlType old, SqlType next)
    {
        var widens = (next.First ?? 6) >= (old.First ?? 6);
        return new TypeChange(!widens, widens ? ValueFate.Kept : ValueFate.Changed);
    }

    // What the largest value needs before the point.
    static int Digits(SqlType integer) => integer.Name switch
    {
        "smallint" => 5,
        "integer" => 10,
        _ => 19,
    };

    static TypeChange FromInteger(SqlType old, SqlType next) => next.Name switch
    {
        "numeric" => new TypeChange(
            true, next.First is null || next.First - (next.Second ?? 0) >= Digits(old) ? ValueFate.Kept : ValueFate.Refused),
        _ when Floats.Contains(next.Name) =>
            new TypeChange(
                true,
                old.Name == "smallint" || (old.Name == "integer" && next.Name == "double precision") ? ValueFate.Kept : ValueFate.Changed),
        _ when Integers.Contains(next.Name) =>
            new TypeChange(
                true, Array.IndexOf(Integers, old.Name) < Array.IndexOf(Integers, next.Name) ? ValueFate.Kept : ValueFate.Refused),
        _ => new TypeChange(true, ValueFate.Changed),
    };
}

using System.Text;

namespace DbGate.Backups.Dump;

/// <summary>
/// A table whose rows go into the archive. Names that become part of a statement are bytes in the database's own encoding.
/// </summary>
sealed record TableInfo
{
    public required uint Oid { get; init; }

    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The quoted, qualified name.</summary>
    public required ReadOnlyMemory<byte> Quoted { get; init; }

    /// <summary>The quoted columns, comma-separated, without generated ones; empty for a table without any.</summary>
    public required ReadOnlyMemory<byte> Columns { get; init; }

    /// <summary>
    /// Where a restore loads the rows: the table itself, or the root of a tree of hash partitions whose key sorts differently elsewhere.
    /// </summary>
    public required ReadOnlyMemory<byte> LoadInto { get; init; }

    /// <summary>The root's schema and name when the rows are loaded through it.</summary>
    public (string Schema, string Name)? Root { get; init; }

    /// <summary>Which rows of an extension's configuration table are the user's: <c>WHERE …</c>, or empty for all.</summary>
    public ReadOnlyMemory<byte> Condition { get; init; }

    /// <summary>The extension whose configuration table it is.</summary>
    public string? Extension { get; init; }

    /// <summary>Pages of the main fork.</summary>
    public required long Pages { get; init; }

    /// <summary>Bytes with TOAST.</summary>
    public required long Bytes { get; init; }

    /// <summary>A heap, whose rows have block numbers.</summary>
    public required bool IsHeap { get; init; }

    public bool IsUnlogged { get; init; }

    /// <summary>It inherits columns, which a restored table has in front of its own.</summary>
    public bool IsInherited { get; init; }

    public string DisplayName => $"{Schema}.{Name}";

    /// <summary>
    /// The same table with its columns in another order; unchanged when these are not its columns, which the comparison then reports.
    /// </summary>
    /// <param name="columns">Quoted names.</param>
    /// <param name="encoding">The database's.</param>
    public TableInfo InOrder(IReadOnlyList<string> columns, Encoding encoding) =>
        QuotedNames.AreSame(QuotedNames.Split(encoding.GetString(Columns.Span)), columns)
            ? this with { Columns = encoding.GetBytes(string.Join(", ", columns)) }
            : this;

    /// <summary><c>COPY … FROM stdin;</c> with its newline: what a member of this table begins with.</summary>
    public ReadOnlyMemory<byte> CopyIn() =>
        Columns.IsEmpty
            ? Join("COPY "u8, LoadInto.Span, " FROM stdin;\n"u8)
            : Join("COPY "u8, LoadInto.Span, " ("u8, Columns.Span, ") FROM stdin;\n"u8);

    /// <summary><see cref="CopyIn"/> in pg_dump's own spelling, which leaves a second space where a table has no columns.</summary>
    public string CopyInByPgDump() =>
        Encoding.Latin1.GetString((Columns.IsEmpty ? Join("COPY "u8, LoadInto.Span, "  FROM stdin;\n"u8) : CopyIn()).Span);

    /// <summary><c>COPY … TO STDOUT</c> of all its rows, or of those in a range of pages.</summary>
    public ReadOnlyMemory<byte> CopyOut(PageRange? range)
    {
        if (range is null && Condition.IsEmpty)
        {
            return Columns.IsEmpty
                ? Join("COPY "u8, Quoted.Span, " TO STDOUT"u8)
                : Join("COPY "u8, Quoted.Span, " ("u8, Columns.Span, ") TO STDOUT"u8);
        }

        var select = Join("COPY (SELECT "u8, Columns.Span, " FROM ONLY "u8, Quoted.Span, " "u8);
        var where = range is null ? Condition : Encoding.ASCII.GetBytes(range.Where);
        return Join(select.Span, where.Span, ") TO STDOUT"u8);
    }

    static ReadOnlyMemory<byte> Join(
        ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d = default, ReadOnlySpan<byte> e = default)
    {
        var result = new byte[a.Length + b.Length + c.Length + d.Length + e.Length];
        var rest = result.AsSpan();
        a.CopyTo(rest);
        b.CopyTo(rest = rest[a.Length..]);
        c.CopyTo(rest = rest[b.Length..]);
        d.CopyTo(rest = rest[c.Length..]);
        e.CopyTo(rest[d.Length..]);
        return result;
    }
}

/// <summary>Pages of a heap, for a TID range scan.</summary>
/// <param name="First">The first page.</param>
/// <param name="End">The page after the last; null reads to the end of the table.</param>
sealed record PageRange(long First, long? End)
{
    public string Where => End is null ? $"WHERE ctid >= '({First},0)'" : $"WHERE ctid >= '({First},0)' AND ctid < '({End},0)'";
}

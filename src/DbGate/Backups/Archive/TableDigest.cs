using System.Globalization;

namespace DbGate.Backups.Archive;

/// <summary>
/// What a set of rows amounts to, in whatever order they come: how many there are, and the sum of their <see cref="RowHash"/>
/// modulo 2^128. Digests of disjoint parts add up to the digest of the whole.
/// </summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Sum">The sum of the row hashes modulo 2^128. Unlike an exclusive or, it notices rows that occur twice.</param>
readonly record struct TableDigest(long Rows, UInt128 Sum)
{
    /// <summary>The digest without one row added.</summary>
    public static TableDigest Empty => default;

    /// <summary>The sum as 32 lower-case hexadecimal digits.</summary>
    public string Hash => Sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The digest that shows as <paramref name="rows"/> and <paramref name="hash"/>.</summary>
    /// <exception cref="FormatException">The hash is not hexadecimal.</exception>
    public static TableDigest Parse(long rows, string hash) =>
        new(rows, UInt128.Parse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>With one more row.</summary>
    public TableDigest Add(ReadOnlySpan<byte> line) => Add(RowHash.From(line));

    /// <summary>With one more row, hashed already.</summary>
    public TableDigest Add(UInt128 rowHash) => new(Rows + 1, unchecked(Sum + rowHash));

    /// <summary>The rows of both.</summary>
    public TableDigest Add(TableDigest other) => new(Rows + other.Rows, unchecked(Sum + other.Sum));

    /// <summary>The rows of both.</summary>
    public static TableDigest operator +(TableDigest left, TableDigest right) => left.Add(right);

    /// <inheritdoc/>
    public override string ToString() => $"{Rows} rows, {Hash}";
}

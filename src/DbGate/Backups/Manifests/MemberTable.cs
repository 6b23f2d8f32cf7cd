using System.Buffers.Binary;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Manifests;

/// <summary>
/// All members of an archive, column by column: a large archive has tens of thousands, and so each takes some 85 characters. Offsets are
/// the running sum of the lengths.
/// </summary>
public sealed record MemberTable
{
    const int HashSize = 16;
    const int Sha256Size = 32;

    /// <summary>Compressed lengths in bytes.</summary>
    public required IReadOnlyList<long> Lengths { get; init; }

    /// <summary>Lengths of the SQL text in bytes.</summary>
    public required IReadOnlyList<long> PlainLengths { get; init; }

    /// <summary>Numbers of rows.</summary>
    public required IReadOnlyList<long> Rows { get; init; }

    /// <summary>The sums of the row hashes, 16 bytes each, big-endian.</summary>
    public required ReadOnlyMemory<byte> Hashes { get; init; }

    /// <summary>SHA-256 of the compressed bytes, 32 bytes each.</summary>
    public required ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>How many members.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Count => Lengths.Count;

    /// <summary>The columns agree in their length, and no number is negative.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsConsistent =>
        PlainLengths.Count == Count && Rows.Count == Count && Hashes.Length == Count * HashSize && Sha256.Length == Count * Sha256Size
        && Lengths.All(length => length > 0) && PlainLengths.All(length => length >= 0) && Rows.All(rows => rows >= 0);

    /// <summary>The table of these members.</summary>
    internal static MemberTable From(IReadOnlyList<ArchiveMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var hashes = new byte[members.Count * HashSize];
        var sha256 = new byte[members.Count * Sha256Size];
        for (var i = 0; i < members.Count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(hashes.AsSpan(i * HashSize), members[i].Digest.Sum);
            members[i].Sha256.Span.CopyTo(sha256.AsSpan(i * Sha256Size));
        }

        return new()
        {
            Lengths = [.. members.Select(member => member.Length)],
            PlainLengths = [.. members.Select(member => member.PlainLength)],
            Rows = [.. members.Select(member => member.Digest.Rows)],
            Hashes = hashes,
            Sha256 = sha256,
        };
    }

    /// <summary>The members with their offsets.</summary>
    internal IReadOnlyList<ArchiveMember> Expand()
    {
        var members = new ArchiveMember[Count];
        var offset = 0L;
        for (var i = 0; i < Count; i++)
        {
            var sum = BinaryPrimitives.ReadUInt128BigEndian(Hashes.Span[(i * HashSize)..]);
            members[i] = new(offset, Lengths[i], PlainLengths[i], new(Rows[i], sum), Sha256.Slice(i * Sha256Size, Sha256Size));
            offset += Lengths[i];
        }

        return members;
    }
}

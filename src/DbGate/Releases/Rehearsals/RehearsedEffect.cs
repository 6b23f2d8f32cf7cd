using DbGate.Migrations.Drift;
using DbGate.Releases.Plans;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// The objects that a rehearsal changed, as a file next to the plan, which has its digest: <c>plans/&lt;digest&gt;.effect.gz</c>. What the
/// migrations leave alone is not in it, so its size follows the release and not the database.
/// </summary>
static class RehearsedEffect
{
    // No kind of object begins so.
    const string Gone = "gone ";

    /// <summary>Lower-case hex SHA-256 of the effect.</summary>
    public static string Digest(CatalogDelta effect) => CatalogDigest.From(Pack(effect));

    /// <summary>The file.</summary>
    public static byte[] Write(CatalogDelta effect) => PlannedCatalog.Write(Pack(effect));

    /// <summary>Null when the bytes are not the file with this digest.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="digest">As the plan has it.</param>
    /// <param name="longest">How many bytes it may have when unpacked.</param>
    public static CatalogDelta? Read(byte[] bytes, string digest, int longest) =>
        PlannedCatalog.Read(bytes, longest) is { } packed && CatalogDigest.From(packed) == digest ? Unpack(packed) : null;

    static CatalogSnapshot Pack(CatalogDelta effect) =>
        new([.. effect.Set.Objects, .. effect.Gone.Objects.Select(item => item with { Kind = Gone + item.Kind })]);

    static CatalogDelta Unpack(CatalogSnapshot packed)
    {
        var parts = packed.Objects.ToLookup(item => item.Kind.StartsWith(Gone, StringComparison.Ordinal));
        return new(
            new([.. parts[false]]), new([.. parts[true].Select(item => item with { Kind = item.Kind[Gone.Length..] })]));
    }
}

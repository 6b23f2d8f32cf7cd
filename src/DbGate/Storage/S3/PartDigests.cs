using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace DbGate.Storage.S3;

/// <summary>What was sent as one part, and what the store called it.</summary>
/// <param name="Number">Starts at 1.</param>
/// <param name="ETag">The store's name for the part.</param>
/// <param name="Sha256">Of the part's bytes.</param>
/// <param name="Md5">Of the part's bytes, computed only where the store vouches for no SHA-256.</param>
sealed record UploadedPart(int Number, string ETag, byte[] Sha256, byte[]? Md5);

/// <summary>
/// The digests that S3 gives an object of several parts: the digest of the parts' digests, a dash and the number of parts.
/// </summary>
static class PartDigests
{
    public static string Sha256(IReadOnlyList<UploadedPart> parts) =>
        $"{Convert.ToBase64String(SHA256.HashData(Joined(parts.Select(part => part.Sha256))))}-{parts.Count}";

    [SuppressMessage("Security", "CA5351", Justification = "S3's ETag is an MD5; it finds accidents, not malice.")]
    public static string? Md5(IReadOnlyList<UploadedPart> parts) =>
        parts.Any(part => part.Md5 is null)
            ? null
            : $"{Convert.ToHexStringLower(MD5.HashData(Joined(parts.Select(part => part.Md5!))))}-{parts.Count}";

    [SuppressMessage("Security", "CA5351", Justification = "S3's ETag is an MD5; it finds accidents, not malice.")]
    public static byte[] Md5Of(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);

    static byte[] Joined(IEnumerable<byte[]> digests) => [.. digests.SelectMany(digest => digest)];
}

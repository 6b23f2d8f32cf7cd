namespace DbGate.Storage;

/// <summary>An object as its store describes it.</summary>
/// <param name="Key">Its name, relative to the store's folder or prefix.</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">When it came to exist, by the store's clock.</param>
/// <param name="VersionId">S3's version id or Google's generation; null where the store keeps no versions, and in S3 listings.</param>
/// <param name="Sha256">SHA-256 of the content in lower-case hex when the store itself vouches for it; otherwise null.</param>
public sealed record StoredObject(string Key, long Length, DateTimeOffset LastModified, string? VersionId, string? Sha256);

namespace DbGate.Testing.S3;

/// <summary>One version of an object.</summary>
public sealed record S3Entry(string Key, byte[] Content, string ETag)
{
    public DateTimeOffset LastModified { get; } = DateTimeOffset.UtcNow;

    public string? VersionId { get; init; }

    public bool IsDeleted { get; init; }

    public string? Sha256 { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset? LockedUntil { get; init; }

    public string? LockMode { get; init; }
}

sealed record S3Part(byte[] Content, string ETag, string? Sha256);

sealed record S3Multipart(
    string Id, string Key, bool WantsSha256, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset? LockedUntil)
{
    public Dictionary<int, S3Part> Parts { get; } = [];

    public DateTimeOffset Initiated { get; } = DateTimeOffset.UtcNow;

    public string? LockMode { get; init; }
}

sealed class S3Refusal(int status, string code, string? message = null) : Exception(message ?? code)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

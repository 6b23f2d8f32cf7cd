namespace DbGate.Storage;

/// <summary>The part of a bucket that a store uses: every key goes in and comes out through it.</summary>
sealed record BucketPrefix
{
    readonly string start;

    public BucketPrefix(string prefix)
    {
        var trimmed = prefix.TrimEnd('/');
        start = trimmed.Length == 0 ? string.Empty : ObjectKey.Require(trimmed) + "/";
    }

    public string Of(string key) => start + ObjectKey.Require(key);

    public string OfPrefix(string prefix) => start + ObjectKey.RequirePrefix(prefix);

    /// <summary>The key of an object in the bucket; null when it is not one of this store's.</summary>
    public string? KeyOf(string name) =>
        name.StartsWith(start, StringComparison.Ordinal) && name[start.Length..] is var key && ObjectKey.IsValid(key) ? key : null;

    /// <summary>For people: <c>scheme://bucket/prefix</c>.</summary>
    public string Describe(string scheme, string bucket) => $"{scheme}://{bucket}/{start}".TrimEnd('/');
}

namespace DbGate.Storage;

/// <summary>Small objects, whole: manifests, records, logs.</summary>
static class ObjectStoreExtensions
{
    /// <summary>Stores a small object; never overwrites.</summary>
    public static async Task<StoredObject> WriteBytesAsync(
        this IObjectStore store, string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var writer = await store.CreateAsync(key, cancellationToken);
        await writer.WriteAsync(bytes, cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Reads a small object whole.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="key">Which one.</param>
    /// <param name="limit">Bytes; a longer object is refused, so that no stored object can exhaust memory.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="DbGate.Problems.GateException">There is no such object, or it is longer than the limit.</exception>
    public static async Task<byte[]> ReadBytesAsync(this IObjectStore store, string key, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(key, 0, limit + 1L, cancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.Length <= limit ? bytes.ToArray() : throw StoresProblems.ObjectTooLong(store.Location, key, limit);
    }
}

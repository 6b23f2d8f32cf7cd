namespace DbGate.Storage;

/// <summary>Small objects, whole: manifests, records, logs.</summary>
static class ObjectStoreExtensions
{
    /// <summary>Stores a small object; never overwrites.</summary>
    public static async Task<StoredObject> WriteBytesAsync(
        this IObjectStore store, string key, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await using var writer = await store.CreateAsync(key, ct);
        await writer.WriteAsync(bytes, ct);
        return await writer.CompleteAsync(ct);
    }

    /// <summary>Reads a small object whole.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="key">Which one.</param>
    /// <param name="limit">Bytes; a longer object is refused, so that no stored object can exhaust memory.</param>
    /// <param name="ct">Stops the read.</param>
    /// <exception cref="DbGate.Problems.GateException">There is no such object, or it is longer than the limit.</exception>
    public static async Task<byte[]> ReadBytesAsync(this IObjectStore store, string key, int limit, CancellationToken ct)
    {
        await using var stream = await store.OpenReadAsync(key, 0, limit + 1L, ct);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, ct);
        return bytes.Length <= limit ? bytes.ToArray() : throw StoresProblems.ObjectTooLong(store.Location, key, limit);
    }
}

namespace DbGate.Storage;

/// <summary>
/// Where backups are: a folder, an S3 bucket or a Google Cloud Storage bucket. Keys are relative to the store's folder or
/// prefix and made of an allow-list of characters; no object is ever overwritten. Every method throws
/// <see cref="DbGate.Problems.GateException"/> for what can be expected to fail: a refused credential, a missing bucket, a
/// full disk, a store that stays silent past its deadline.
/// </summary>
public interface IObjectStore
{
    /// <summary>Where the objects are, for people: a folder, <c>s3://bucket/prefix</c> or <c>gs://bucket/prefix</c>.</summary>
    string Location { get; }

    /// <summary>Begins a new object. It exists only once <see cref="IObjectWriter.CompleteAsync"/> has returned.</summary>
    /// <exception cref="DbGate.Problems.GateException">The key is refused, or an object of this key exists.</exception>
    Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken);

    /// <summary>Reads an object, or <paramref name="length"/> bytes of it from <paramref name="offset"/> on; a broken connection is taken
    /// up again where it broke, on the same version of the object.</summary>
    /// <returns>A stream that ends after <paramref name="length"/> bytes, or where the object ends.</returns>
    Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>What the store knows about an object; null when there is none.</summary>
    Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken);

    /// <summary>All objects whose key starts with <paramref name="prefix"/> (empty: all), in ordinal order of their keys.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes exactly this object, its version when one is named. An object that is gone already is no error.</summary>
    Task DeleteAsync(StoredObject target, CancellationToken cancellationToken);

    /// <summary>The time by the store's own clock: the only clock that ages of stored objects are measured with.</summary>
    Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken);
}

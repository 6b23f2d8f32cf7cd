namespace DbGate.Storage;

/// <summary>
/// Writes one new object, front to back, with bounded memory whatever its size. Disposed without
/// <see cref="CompleteAsync"/>, it leaves nothing behind. Not for use by several threads at once.
/// </summary>
public interface IObjectWriter : IAsyncDisposable
{
    /// <summary>Appends; waits while the store is slower than the caller. The bytes may be reused when it returns.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes the object exist, all of it, durably and under its key, having compared the store's length and checksum with what
    /// was written.</summary>
    /// <exception cref="DbGate.Problems.GateException">An object of this key came to exist meanwhile (it is left alone), or the store's
    /// answer differs from what was sent.</exception>
    Task<StoredObject> CompleteAsync(CancellationToken cancellationToken);
}

using DbGate.Storage;

namespace DbGate.Tests.Backups;

/// <summary>
/// A store whose archives wait at their first byte until the test lets them go on: the middle of a backup, for as long as it takes.
/// </summary>
sealed class GatedStore(IObjectStore inner) : IObjectStore
{
    readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first byte arrives; a backup that ends before states why.</summary>
    public async Task ReachedAsync(Task backup) => await await Task.WhenAny(reached.Task, backup);

    public string Location => inner.Location;

    public void Open() => opened.TrySetResult();

    public async Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken) =>
        new Writer(this, await inner.CreateAsync(key, cancellationToken));

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(key, offset, length, cancellationToken);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(StoredObject target, CancellationToken cancellationToken) => inner.DeleteAsync(target, cancellationToken);

    public Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => inner.ReadClockAsync(cancellationToken);

    sealed class Writer(GatedStore store, IObjectWriter writer) : IObjectWriter
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            store.reached.TrySetResult();
            await store.opened.Task.WaitAsync(cancellationToken);
            await writer.WriteAsync(bytes, cancellationToken);
        }

        public Task<StoredObject> CompleteAsync(CancellationToken cancellationToken) => writer.CompleteAsync(cancellationToken);

        public ValueTask DisposeAsync() => writer.DisposeAsync();
    }
}

using DbGate.Storage;

namespace DbGate.Tests.Backups;

/// <summary>
/// A store whose archives wait at their first byte until the test lets them go on: the middle of a backup, for as long as it takes.
/// </summary>
sealed class GatedStore(IObjectStore inner) : IObjectStore
{
    readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first byte arrives; a backup that ends before says why.</summary>
    public async Task ReachedAsync(Task backup) => await await Task.WhenAny(reached.Task, backup);

    public string Location => inner.Location;

    public void Open() => opened.TrySetResult();

    public async Task<IObjectWriter> CreateAsync(string key, CancellationToken ct) => new Writer(this, await inner.CreateAsync(key, ct));

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken ct) =>
        inner.OpenReadAsync(key, offset, length, ct);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken ct) => inner.HeadAsync(key, ct);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public Task DeleteAsync(StoredObject target, CancellationToken ct) => inner.DeleteAsync(target, ct);

    public Task<DateTimeOffset> ReadClockAsync(CancellationToken ct) => inner.ReadClockAsync(ct);

    sealed class Writer(GatedStore store, IObjectWriter writer) : IObjectWriter
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            store.reached.TrySetResult();
            await store.opened.Task.WaitAsync(ct);
            await writer.WriteAsync(bytes, ct);
        }

        public Task<StoredObject> CompleteAsync(CancellationToken ct) => writer.CompleteAsync(ct);

        public ValueTask DisposeAsync() => writer.DisposeAsync();
    }
}

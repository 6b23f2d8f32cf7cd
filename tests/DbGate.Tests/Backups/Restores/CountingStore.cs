using DbGate.Storage;
using DbGate.Storage.Streams;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A store that counts the bytes of the objects that are read from it.</summary>
sealed class CountingStore(IObjectStore inner) : IObjectStore
{
    readonly Dictionary<string, long> read = [];

    public string Location => inner.Location;

    public long ReadOf(string key)
    {
        lock (read)
        {
            return read.GetValueOrDefault(key);
        }
    }

    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken) =>
        new Counted(await inner.OpenReadAsync(key, offset, length, cancellationToken), count =>
        {
            lock (read)
            {
                read[key] = read.GetValueOrDefault(key) + count;
            }
        });

    public Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken) => inner.CreateAsync(key, cancellationToken);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(StoredObject target, CancellationToken cancellationToken) => inner.DeleteAsync(target, cancellationToken);

    public Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => inner.ReadClockAsync(cancellationToken);

    sealed class Counted(Stream below, Action<int> count) : ReadStream
    {
        public override int Read(byte[] buffer, int offset, int length)
        {
            var got = below.Read(buffer, offset, length);
            count(got);
            return got;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await below.ReadAsync(buffer, cancellationToken);
            count(got);
            return got;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                below.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

using System.Collections.Concurrent;

namespace DbGate.Storage;

/// <summary>A fixed number of equal buffers: anyone who needs one more waits until one comes back. That is a writer's whole
/// memory.</summary>
sealed class PartBuffers(int size, int count) : IDisposable
{
    readonly SemaphoreSlim free = new(count);
    readonly ConcurrentBag<byte[]> idle = [];

    public int Size => size;

    public async ValueTask<byte[]> RentAsync(CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        return idle.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size);
    }

    public void Return(byte[] buffer)
    {
        idle.Add(buffer);
        free.Release();
    }

    public void Dispose() => free.Dispose();
}

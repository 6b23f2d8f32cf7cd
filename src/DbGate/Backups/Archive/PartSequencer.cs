using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace DbGate.Backups.Archive;

/// <summary>
/// Puts parts that are made at the same time into one file in their order: workers push compressed blocks of any part, one
/// consumer writes them part after part. Memory is bounded by a <see cref="HoldBudget"/>; workers must take up parts in
/// ascending order, so that the head is always being made.
/// </summary>
sealed class PartSequencer(int holdBytes)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 64 * 1024;

    readonly ConcurrentDictionary<int, Channel<ArraySegment<byte>>> parts = [];
    readonly HoldBudget budget = new(Math.Max(1, holdBytes / BlockSize));

    /// <summary>How long workers have waited for the consumer, summed over all of them.</summary>
    public TimeSpan Waited => budget.Waited;

    /// <summary>An empty block, to be filled and pushed.</summary>
    public static byte[] Rent() => ArrayPool<byte>.Shared.Rent(BlockSize);

    /// <summary>Hands over a block, which then belongs to the sequencer; waits while too many are held.</summary>
    public void Push(int order, ArraySegment<byte> block)
    {
        budget.Acquire(order);
        if (!Part(order).Writer.TryWrite(block))
        {
            throw new OperationCanceledException("The backup has failed elsewhere.");
        }
    }

    /// <summary>The part has no further blocks.</summary>
    public void Complete(int order) => Part(order).Writer.Complete();

    /// <summary>Ends everything: waiting workers and the consumer see a cancellation.</summary>
    public void Fail(Exception reason) => budget.Fail(reason);

    /// <summary>Hands every block of the parts 0 … <paramref name="count"/>-1 in order to <paramref name="write"/>.</summary>
    public async Task DrainAsync(int count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken ct)
    {
        for (var order = 0; order < count; order++)
        {
            await foreach (var block in Part(order).Reader.ReadAllAsync(ct))
            {
                await write(block, ct);
                ArrayPool<byte>.Shared.Return(block.Array!);
                budget.Release();
            }

            parts.TryRemove(order, out _);
            budget.Advance();
        }
    }

    Channel<ArraySegment<byte>> Part(int order) => parts.GetOrAdd(
        order, _ => Channel.CreateUnbounded<ArraySegment<byte>>(new() { SingleReader = true, SingleWriter = true }));
}

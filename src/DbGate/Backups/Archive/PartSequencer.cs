using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace DbGate.Backups.Archive;

/// <summary>
/// Puts parts that are made at the same time into one file: workers push compressed blocks of any part, one consumer writes them, part
/// after part or in turns (<see cref="PartPlace"/>). Memory is bounded by a <see cref="WriteScheduler"/>; workers must take up parts in
/// ascending order, so that one that can be written is always being made.
/// </summary>
sealed class PartSequencer(int holdBytes)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 64 * 1024;

    readonly ConcurrentDictionary<int, Channel<ArraySegment<byte>>> parts = [];
    readonly WriteScheduler budget = new(Math.Max(1, holdBytes / BlockSize));

    /// <summary>How long workers have waited for the consumer, summed over all of them.</summary>
    public TimeSpan Waited => budget.Waited;

    /// <summary>An empty block, to be filled and pushed.</summary>
    public static byte[] Rent() => ArrayPool<byte>.Shared.Rent(BlockSize);

    /// <summary>Hands over a block, which then belongs to the sequencer; waits while too many are held.</summary>
    public void Push(int order, ArraySegment<byte> block)
    {
        budget.Acquire(order);
        Write(order, block);
    }

    /// <summary>After this block another part may have its turn.</summary>
    public void EndRun(int order)
    {
        Write(order, default);
        budget.EndRun(order);
    }

    /// <summary>The part has no further blocks.</summary>
    public void Complete(int order)
    {
        Part(order).Writer.Complete();
        budget.EndRun(order);
    }

    /// <summary>Ends everything: waiting workers and the consumer see a cancellation.</summary>
    public void Fail(Exception reason) => budget.Fail(reason);

    /// <summary>Hands the blocks of all parts to <paramref name="write"/>.</summary>
    /// <param name="places">Where each part is; its index is its order.</param>
    /// <param name="write">Takes the file, front to back.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>What the file consists of.</returns>
    public async Task<IReadOnlyList<FileRun>> DrainAsync(
        IReadOnlyList<PartPlace> places, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
            CancellationToken cancellationToken)
    {
        var file = new List<FileRun>();
        var inRuns = new List<int>();
        var next = 0;
        while (true)
        {
            while (next < places.Count && places[next] == PartPlace.InRuns)
            {
                inRuns.Add(next++);
            }

            var isNextIn = next < places.Count && (inRuns.Count == 0 || places[next] == PartPlace.AmongRuns);
            if (inRuns.Count == 0 && !isNextIn)
            {
                return file;
            }

            var order = await budget.TurnAsync(isNextIn ? [.. inRuns, next] : inRuns, cancellationToken);
            var (length, isLast) = await DrainRunAsync(order, write, cancellationToken);
            budget.EndTurn(order);
            file.Add(new(order, length));
            if (isLast)
            {
                parts.TryRemove(order, out _);
                next += order == next ? 1 : 0;
                inRuns.Remove(order);
            }
        }
    }

    async Task<(long Length, bool IsLast)> DrainRunAsync(
        int order, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        var length = 0L;
        await foreach (var block in Part(order).Reader.ReadAllAsync(cancellationToken))
        {
            if (block.Array is null)
            {
                return (length, false);
            }

            await write(block, cancellationToken);
            ArrayPool<byte>.Shared.Return(block.Array);
            budget.Release(order);
            length += block.Count;
        }

        return (length, true);
    }

    void Write(int order, ArraySegment<byte> block)
    {
        if (!Part(order).Writer.TryWrite(block))
        {
            throw new OperationCanceledException("The backup has failed elsewhere.");
        }
    }

    Channel<ArraySegment<byte>> Part(int order) => parts.GetOrAdd(
        order, _ => Channel.CreateUnbounded<ArraySegment<byte>>(new() { SingleReader = true, SingleWriter = true }));
}

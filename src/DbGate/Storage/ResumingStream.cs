using DbGate.Storage.Streams;

namespace DbGate.Storage;

/// <summary>
/// A read over the network that is taken up again where it broke: when the connection fails, ends early or stays silent.
/// </summary>
/// <param name="first">The answer that is being read.</param>
/// <param name="length">Bytes that the whole read will give.</param>
/// <param name="openAt">Opens the rest, from so many bytes after the start on; has its own bounded retry.</param>
/// <param name="patience">How long one read may stay silent.</param>
/// <param name="resumptions">How many times in a row a read may break without giving a byte.</param>
/// <param name="time">Measures the patience.</param>
/// <param name="giveUp">Makes the problem out of the last failure and the number of tries.</param>
sealed class ResumingStream(
    Stream first,
    long length,
    Func<long, CancellationToken, Task<Stream>> openAt,
    TimeSpan patience,
    int resumptions,
    TimeProvider time,
    Func<Exception, int, Exception> giveUp) : AsyncReadStream
{
    Stream? current = first;
    long position;
    int barren;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (position < length && !buffer.IsEmpty)
        {
            try
            {
                current ??= await openAt(position, cancellationToken);
                var wanted = buffer[..(int)Math.Min(buffer.Length, length - position)];
                var read = await ReadOnceAsync(current, wanted, cancellationToken);
                if (read > 0)
                {
                    position += read;
                    barren = 0;
                    return read;
                }

                throw new EndOfStreamException($"the answer ended {length - position} bytes early");
            }
            catch (Exception failure)
                when (failure is IOException or TimeoutException or HttpRequestException && !cancellationToken.IsCancellationRequested)
            {
                await DropAsync();
                if (++barren > resumptions)
                {
                    throw giveUp(failure, barren);
                }
            }
        }

        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        await DropAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            current?.Dispose();
            current = null;
        }

        base.Dispose(disposing);
    }

    async Task<int> ReadOnceAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await stream.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException silence) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"not a byte within {patience.TotalSeconds:0.#} s", silence);
        }
    }

    async ValueTask DropAsync()
    {
        if (current is { } broken)
        {
            current = null;
            await broken.DisposeAsync();
        }
    }
}

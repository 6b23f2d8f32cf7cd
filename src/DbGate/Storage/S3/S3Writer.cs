namespace DbGate.Storage.S3;

/// <summary>
/// Writes one object: in one request when it fits into one part, otherwise as a multipart upload with a few parts under way at a time.
/// Memory: the part buffers of its <see cref="PartPlan"/> (32 MiB with parts of 8 MiB, 64 MiB behind the 4000th) and nothing that grows
/// but some hundred bytes per part.
/// </summary>
sealed class S3Writer : IObjectWriter
{
    static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stop = new();
    readonly List<Task<UploadedPart>> parts = [];
    readonly S3Upload upload;
    readonly PartPlan plan;
    readonly TimeProvider time;
    PartBuffers buffers;
    byte[]? current;
    int filled;
    long written;
    bool finished;

    public S3Writer(S3Connection connection, StoreOptions.S3 options, string key, string name, DateTime? lockUntil)
    {
        plan = new(options.PartSize);
        buffers = new(options.PartSize, plan.BuffersFor(options.PartSize));
        upload = new(connection, options, key, name, lockUntil);
        time = connection.Time;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        while (!bytes.IsEmpty)
        {
            if (filled == buffers.Size)
            {
                await SendFullPartAsync(cancellationToken);
            }

            current ??= await buffers.RentAsync(cancellationToken);
            var taken = Math.Min(bytes.Length, current.Length - filled);
            bytes.Span[..taken].CopyTo(current.AsSpan(filled));
            filled += taken;
            written += taken;
            bytes = bytes[taken..];
        }
    }

    public async Task<StoredObject> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        await using var cancelled = cancellationToken.Register(stop.Cancel);
        var stored = upload.IsBegun ? await CompletePartsAsync(cancellationToken)
            : await upload.PutAsync(current.AsMemory(0, filled), cancellationToken);
        finished = true;
        ReleaseBuffers();
        return stored;
    }

    public async ValueTask DisposeAsync()
    {
        if (!finished)
        {
            finished = true;
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var patience = new CancellationTokenSource(AbortPatience, time);
            await upload.TryAbortAsync(patience.Token);
            ReleaseBuffers();
        }

        stop.Dispose();
    }

    async Task<StoredObject> CompletePartsAsync(CancellationToken cancellationToken)
    {
        Send(current!, filled);
        current = null;
        return await upload.CompleteAsync(await Task.WhenAll(parts), written, cancellationToken);
    }

    async Task SendFullPartAsync(CancellationToken cancellationToken)
    {
        if (!upload.IsBegun)
        {
            await upload.BeginAsync(cancellationToken);
        }

        Send(current!, filled);
        (current, filled) = (null, 0);
        var size = plan.SizeOf(parts.Count + 1) ?? throw upload.TooLarge(written);
        if (size != buffers.Size)
        {
            await Task.WhenAll(parts);
            buffers.Dispose();
            buffers = new(size, plan.BuffersFor(size));
        }

        // Waits here while the store is slower than the caller.
        current = await buffers.RentAsync(cancellationToken);
        if (parts.Find(part => part.IsFaulted) is { } failed)
        {
            await failed;
        }
    }

    void Send(byte[] buffer, int length) => parts.Add(SendAsync(buffers, buffer, length, parts.Count + 1));

    async Task<UploadedPart> SendAsync(PartBuffers owner, byte[] buffer, int length, int number)
    {
        try
        {
            return await Task.Run(() => upload.SendPartAsync(buffer.AsMemory(0, length), number, stop.Token), stop.Token);
        }
        catch
        {
            // The others need not go on: the object will not exist.
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            owner.Return(buffer);
        }
    }

    void ReleaseBuffers()
    {
        current = null;
        buffers.Dispose();
    }
}

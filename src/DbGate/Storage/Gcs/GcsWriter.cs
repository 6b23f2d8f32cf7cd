namespace DbGate.Storage.Gcs;

/// <summary>
/// Writes one object: one buffer is sent while the next is filled. Memory: two buffers of 8 MiB, whatever the object's size.
/// </summary>
sealed class GcsWriter(GcsUpload upload) : IObjectWriter
{
    const int ChunkSize = 8 << 20;
    static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stop = new();
    byte[] current = GC.AllocateUninitializedArray<byte>(ChunkSize);
    byte[]? spare;
    Task sending = Task.CompletedTask;
    Crc32C checksum = new();
    int filled;
    long sent;
    bool finished;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        while (!bytes.IsEmpty)
        {
            if (filled == ChunkSize)
            {
                await SendFullChunkAsync(cancellationToken);
            }

            var taken = Math.Min(bytes.Length, ChunkSize - filled);
            bytes.Span[..taken].CopyTo(current.AsSpan(filled));
            checksum.Append(bytes.Span[..taken]);
            filled += taken;
            bytes = bytes[taken..];
        }
    }

    public async Task<StoredObject> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        await using var cancelled = cancellationToken.Register(stop.Cancel);
        await sending;
        var length = sent + filled;
        var made = await upload.SendAsync(current.AsMemory(0, filled), sent, isLast: true, stop.Token)
            ?? throw upload.Differs("the new object", "nothing");
        finished = true;
        var (expected, found) = made.Size != length ? ($"{length} bytes", $"{made.Size} bytes")
            : made.Crc32c is { } crc && crc != checksum.Text ? ($"CRC-32C {checksum.Text}", $"CRC-32C {crc}")
            : (null, null);
        return expected is null ? upload.Describe(made) : throw upload.Differs(expected, found!);
    }

    public async ValueTask DisposeAsync()
    {
        if (!finished)
        {
            finished = true;
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var patience = new CancellationTokenSource(CancelPatience);
            await upload.TryCancelAsync(patience.Token);
        }

        stop.Dispose();
    }

    async Task SendFullChunkAsync(CancellationToken cancellationToken)
    {
        // Waits here while the store is slower than the caller.
        await sending.WaitAsync(cancellationToken);
        var (full, start) = (current, sent);
        sending = Task.Run(() => upload.SendAsync(full, start, isLast: false, stop.Token), stop.Token);
        (current, spare) = (spare ?? GC.AllocateUninitializedArray<byte>(ChunkSize), full);
        sent += filled;
        filled = 0;
    }
}

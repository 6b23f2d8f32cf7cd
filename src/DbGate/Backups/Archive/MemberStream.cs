using DbGate.Backups.Streams;

namespace DbGate.Backups.Archive;

/// <summary>The plain text of consecutive members; each one verified before it is handed out.</summary>
sealed class MemberStream : AsyncReadStream
{
    /// <summary>Compressed bytes of a member that are kept in memory; a larger one is spooled to a temporary file.</summary>
    public const long LargestInMemory = 16 << 20;

    readonly ArchiveReader reader;
    readonly int first;
    readonly int end;
    Stream? compressed;
    Stream? plain;
    int next;

    public MemberStream(ArchiveReader reader, int first, int count) =>
        (this.reader, this.first, next, end) = (reader, first, first, first + count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (plain is not null && await plain.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                return read;
            }

            await (plain?.DisposeAsync() ?? ValueTask.CompletedTask);
            plain = null;
            if (next == end)
            {
                return 0;
            }

            compressed ??= await reader.OpenCompressedAsync(first, end - first, cancellationToken);
            plain = await reader.ReadMemberAsync(compressed, next++, cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await (plain?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (compressed?.DisposeAsync() ?? ValueTask.CompletedTask);
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain?.Dispose();
            compressed?.Dispose();
        }

        base.Dispose(disposing);
    }
}

using DbGate.Backups.Manifests;
using DbGate.Storage.Streams;

namespace DbGate.Backups.Archive;

/// <summary>
/// The plain text of some members; each one verified before it is handed out. Those that are together come by one ranged read.
/// </summary>
sealed class MemberStream : AsyncReadStream
{
    /// <summary>Compressed bytes of a member that are kept in memory; a larger one is spooled to a temporary file.</summary>
    public const long LargestInMemory = 16 << 20;

    readonly ArchiveReader reader;
    readonly Queue<MemberRun> runs;
    Stream? compressed;
    Stream? plain;
    int next;
    int end;

    public MemberStream(ArchiveReader reader, IEnumerable<MemberRun> runs) => (this.reader, this.runs) =
        (reader, new(runs.Where(run => run.Count > 0)));

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
                await (compressed?.DisposeAsync() ?? ValueTask.CompletedTask);
                compressed = null;
                if (!runs.TryDequeue(out var run))
                {
                    return 0;
                }

                compressed = await reader.OpenCompressedAsync(run.First, run.Count, cancellationToken);
                (next, end) = (run.First, run.First + run.Count);
            }

            plain = await reader.ReadMemberAsync(compressed!, next++, cancellationToken);
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

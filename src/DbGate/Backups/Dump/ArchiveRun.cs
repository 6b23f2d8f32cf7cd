using System.Security.Cryptography;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>The archive as it was written: what the manifest states about it.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the whole file.</param>
/// <param name="Members">All members, in the order of the file.</param>
/// <param name="Segments">What they hold; a table has one.</param>
/// <param name="Compression">What compressed it.</param>
sealed record WrittenArchive(
    long Length, byte[] Sha256, IReadOnlyList<ArchiveMember> Members, IReadOnlyList<ArchiveSegment> Segments, string Compression);

/// <summary>Reads all parts in parallel and writes them as one file.</summary>
sealed class ArchiveRun(DumpSessions sessions, IReadOnlyList<DumpPart> parts, int jobs, int memberBytes, ProgressCounter progress)
{
    readonly PartSequencer sequencer = new(sessions.Context.Options.HoldBytes);
    readonly Compression compression = new(sessions.Context.Options.CompressionLevel);
    readonly WrittenPart[] done = new WrittenPart[parts.Count];

    /// <summary>Does it.</summary>
    /// <param name="write">Takes the file, front to back.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<WrittenArchive> RunAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        IReadOnlyList<FileRun> file = [];
        var pace = new Pace(sessions.Context.Clock, jobs);

        async ValueTask Write(ReadOnlyMemory<byte> block, CancellationToken token)
        {
            sha256.AppendData(block.Span);
            length += block.Length;
            await write(block, token);
            progress.AddStored(block.Length);
            pace.Observe(sequencer.Waited, compression);
        }

        async Task Drain(CancellationToken token) => file = await sequencer.DrainAsync([.. parts.Select(part => part.Place)], Write, token);

        await WorkerPool.RunAsync(sessions, DumpPlanner.Schedule(parts, jobs), jobs, progress, WritePart, Drain, sequencer.Fail,
            cancellationToken);
        var (members, segments) = ArchiveLayout.From(file, done);
        return new(length, sha256.GetHashAndReset(), members, segments, compression.Used);
    }

    void WritePart(DumpWorker worker, DumpPart part)
    {
        using var writer = new PartWriter(
            sequencer, part.Order, compression, memberBytes, part.IsLargeTable ? sessions.Context.Options.RunBytes : long.MaxValue);
        var segments = worker.Write(part, writer);
        writer.Complete();
        done[part.Order] = new(segments, writer.Members);
    }

    // Reports the compression once per second how much of it the workers spent waiting for the store.
    sealed class Pace(TimeProvider clock, int jobs)
    {
        long since = clock.GetTimestamp();
        TimeSpan waitedBefore;

        public void Observe(TimeSpan waited, Compression compression)
        {
            if (clock.GetElapsedTime(since) is var elapsed && elapsed >= TimeSpan.FromSeconds(1))
            {
                compression.Observe((waited - waitedBefore) / (elapsed * jobs));
                (since, waitedBefore) = (clock.GetTimestamp(), waited);
            }
        }
    }
}

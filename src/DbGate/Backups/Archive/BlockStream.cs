using System.Security.Cryptography;
using DbGate.Storage.Streams;

namespace DbGate.Backups.Archive;

/// <summary>What a gzip stream writes into: cuts its output into blocks for the sequencer, counts and hashes it on the way.</summary>
sealed class BlockStream(PartSequencer sequencer, int order) : WriteStream
{
    readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    byte[]? block;
    int filled;
    long length;

    public override long Length => length;

    public override long Position
    {
        get => length;
        set => throw new NotSupportedException();
    }

    /// <summary>The length and SHA-256 of what was written since the last call.</summary>
    public (long Length, byte[] Sha256) Take()
    {
        var result = (length, sha256.GetHashAndReset());
        length = 0;
        return result;
    }

    /// <summary>Hands over what is left so far; another part may have its turn after it.</summary>
    public void EndRun()
    {
        Push();
        sequencer.EndRun(order);
    }

    /// <summary>Hands over what is left.</summary>
    public void Complete()
    {
        Push();
        sequencer.Complete(order);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        sha256.AppendData(buffer);
        length += buffer.Length;
        while (!buffer.IsEmpty)
        {
            block ??= PartSequencer.Rent();
            var taken = Math.Min(buffer.Length, PartSequencer.BlockSize - filled);
            buffer[..taken].CopyTo(block.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == PartSequencer.BlockSize)
            {
                Push();
            }
        }
    }

    void Push()
    {
        if (block is not null && filled > 0)
        {
            sequencer.Push(order, new ArraySegment<byte>(block, 0, filled));
            block = null;
            filled = 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        sha256.Dispose();
        base.Dispose(disposing);
    }
}

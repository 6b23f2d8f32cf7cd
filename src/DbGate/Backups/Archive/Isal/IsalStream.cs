namespace DbGate.Backups.Archive.Isal;

/// <summary>Compresses what is written into one gzip member, which disposing ends. Leaves the stream below open.</summary>
sealed class IsalStream(Stream below) : Stream
{
    IsalState? state = IsalState.Rent();
    int filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => state is not null;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(state is null, this);
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, IsalState.InputSize - filled);
            buffer[..taken].CopyTo(state.Input[filled..]);
            filled += taken;
            buffer = buffer[taken..];
            if (filled == IsalState.InputSize)
            {
                state.Deflate(filled, isLast: false, below);
                filled = 0;
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && state is { } last)
        {
            state = null;
            last.Deflate(filled, isLast: true, below);
            last.Return();
        }

        base.Dispose(disposing);
    }
}

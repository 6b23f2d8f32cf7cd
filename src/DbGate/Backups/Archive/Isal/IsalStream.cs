using DbGate.Storage.Streams;

namespace DbGate.Backups.Archive.Isal;

/// <summary>Compresses what is written into one gzip member, which disposing ends. Leaves the stream below open.</summary>
sealed class IsalStream(Stream below) : WriteStream
{
    IsalState? state = IsalState.Rent();
    int filled;

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

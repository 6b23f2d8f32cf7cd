using System.IO.Compression;
using System.Security.Cryptography;
using DbGate.Storage.Streams;

namespace DbGate.Backups.Restores;

/// <summary>
/// The plain text of a gzip file, members and all, that is demanded to be whole. <see cref="GZipStream"/> takes a cut for the end and
/// adds nothing; so a last member of DbGate's own is put behind the file: its random text comes out, as the last thing, only if everything
/// before it was complete and right.
/// </summary>
sealed class ValidatingGzipStream : ReadStream
{
    const int SealSize = 32;

    readonly byte[] seal = RandomNumberGenerator.GetBytes(SealSize);
    readonly GZipStream plain;
    readonly byte[] window = new byte[(256 * 1024) + SealSize];
    int start;
    int end;

    public ValidatingGzipStream(Stream file) => plain = new(new Chain(file, Compress(seal)), CompressionMode.Decompress);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged, or is not whole.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (end - start <= SealSize)
        {
            window.AsSpan(start, end - start).CopyTo(window);
            (start, end) = (0, end - start);
            var read = plain.Read(window, end, window.Length - end);
            if (read == 0)
            {
                return window.AsSpan(0, end).SequenceEqual(seal)
                    ? 0
                    : throw new InvalidDataException("it ends too early, or something follows its end");
            }

            end += read;
        }

        var ready = Math.Min(count, end - start - SealSize);
        window.AsSpan(start, ready).CopyTo(buffer.AsSpan(offset));
        start += ready;
        return ready;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain.Dispose();
        }

        base.Dispose(disposing);
    }

    static MemoryStream Compress(byte[] text)
    {
        var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(text);
        }

        member.Position = 0;
        return member;
    }

    // One stream behind the other. Leaves the first one open.
    sealed class Chain(Stream first, Stream second) : ReadStream
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            first.Read(buffer, offset, count) is > 0 and var read ? read : second.Read(buffer, offset, count);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                second.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

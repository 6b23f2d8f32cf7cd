using System.Security.Cryptography;
using DbGate.Storage.Streams;

namespace DbGate.Backups.Restores;

/// <summary>Hashes what is read through it. Leaves the stream below open.</summary>
sealed class HashingStream(Stream below, IncrementalHash hash) : ReadStream
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = below.Read(buffer, offset, count);
        hash.AppendData(buffer, offset, read);
        return read;
    }
}

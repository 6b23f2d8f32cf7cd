using System.Buffers;
using System.Buffers.Binary;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>A message of PostgreSQL's protocol.</summary>
/// <param name="Type">Its first byte.</param>
/// <param name="Body">What follows its length.</param>
readonly record struct WireMessage(char Type, byte[] Body);

/// <summary>One side of an observed connection: whole messages, read and written in order. What is written waits for a flush.</summary>
sealed class WireStream(Stream stream) : IAsyncDisposable
{
    const int HeaderLength = 5;
    const int LengthLength = 4;
    const int FlushAt = 64 * 1024;

    /// <summary>A value has at most 1 GB in PostgreSQL; a migration that sends more than this in one message is refused.</summary>
    const int LongestMessage = 256 << 20;

    /// <summary>A start packet has at most this many bytes in PostgreSQL, too.</summary>
    const int LongestStart = 10_000;

    readonly byte[] buffer = new byte[FlushAt];
    readonly ArrayBufferWriter<byte> output = new();
    int start;
    int end;

    /// <summary>The next message; null at the end of the stream.</summary>
    public async ValueTask<WireMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        if (!await FillAsync(header, mayEnd: true, cancellationToken))
        {
            return null;
        }

        return new((char)header[0], await BodyAsync(header.AsMemory(1), LongestMessage, cancellationToken));
    }

    /// <summary>The packet before the first message, without its length; null at the end of the stream.</summary>
    public async ValueTask<byte[]?> ReadStartAsync(CancellationToken cancellationToken)
    {
        var length = new byte[LengthLength];
        return await FillAsync(length, mayEnd: true, cancellationToken) ? await BodyAsync(length, LongestStart, cancellationToken) : null;
    }

    /// <summary>One byte, the server's answer to a request for encryption.</summary>
    public void WriteByte(char answer)
    {
        output.GetSpan(1)[0] = (byte)answer;
        output.Advance(1);
    }

    /// <summary>A packet without a type.</summary>
    public void WriteStart(byte[] body)
    {
        WriteLength(body.Length);
        output.Write(body);
    }

    /// <summary>Adds a message to what the next flush sends.</summary>
    public async ValueTask WriteAsync(WireMessage message, CancellationToken cancellationToken)
    {
        WriteByte(message.Type);
        WriteLength(message.Body.Length);
        output.Write(message.Body);
        if (output.WrittenCount >= FlushAt)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Sends what was written.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (output.WrittenCount > 0)
        {
            await stream.WriteAsync(output.WrittenMemory, cancellationToken);
            output.ResetWrittenCount();
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    void WriteLength(int body)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(LengthLength), body + LengthLength);
        output.Advance(LengthLength);
    }

    async ValueTask<byte[]> BodyAsync(ReadOnlyMemory<byte> length, int longest, CancellationToken cancellationToken)
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(length.Span) - LengthLength;
        if (count < 0 || count > longest)
        {
            throw new IOException($"a message of {count} bytes is not accepted");
        }

        var body = new byte[count];
        await FillAsync(body, mayEnd: false, cancellationToken);
        return body;
    }

    async ValueTask<bool> FillAsync(Memory<byte> target, bool mayEnd, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < target.Length)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
                if (end == 0)
                {
                    return mayEnd && filled == 0 ? false : throw new EndOfStreamException("the connection ended within a message");
                }
            }

            var count = Math.Min(end - start, target.Length - filled);
            buffer.AsMemory(start, count).CopyTo(target[filled..]);
            start += count;
            filled += count;
        }

        return true;
    }
}

using System.Buffers.Text;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>
/// Reads what <c>psql</c> prints for a list of <c>COPY … TO STDOUT</c>: rows, and after each COPY a marker line with a random
/// token. A COPY line never begins with <c>\@</c> (COPY writes a backslash only before b, f, n, r, t, v, N and itself), so no
/// row can pass for a marker, whatever an attacker stores.
/// </summary>
sealed class CopyStream(Stream stream, ReadOnlyMemory<byte> token, int bufferSize = 256 * 1024)
{
    readonly byte[] buffer = new byte[bufferSize];
    int filled;
    bool atLineStart = true;

    /// <summary>Hands the rows up to the next marker to the sink.</summary>
    /// <returns>The number that the marker carries; null when the stream ended, or went wrong, before it.</returns>
    public long? ReadRows(IRowSink sink)
    {
        while (true)
        {
            var pending = buffer.AsSpan(0, filled);
            var marker = FindMarker(pending);
            if (marker < 0)
            {
                Emit(
                    sink,
                    pending.Length == buffer.Length && !pending.Contains((byte)'\n') ? WithoutLastByte(pending) : WholeLines(pending));
            }
            else
            {
                Emit(sink, marker);
                pending = buffer.AsSpan(0, filled);
                var end = pending.IndexOf((byte)'\n');
                if (end >= 0)
                {
                    var number = Parse(pending[..end]);
                    Drop(end + 1);
                    return number;
                }
            }

            if (filled == buffer.Length)
            {
                return null;
            }

            var read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                return null;
            }

            filled += read;
        }
    }

    int FindMarker(ReadOnlySpan<byte> bytes)
    {
        if (atLineStart && bytes.StartsWith("\\@"u8))
        {
            return 0;
        }

        var found = bytes.IndexOf("\n\\@"u8);
        return found < 0 ? -1 : found + 1;
    }

    // Complete lines only: what follows the last newline may be the begin of a marker.
    static int WholeLines(ReadOnlySpan<byte> bytes) => bytes.LastIndexOf((byte)'\n') + 1;

    // A row longer than the buffer goes on in pieces.
    static int WithoutLastByte(ReadOnlySpan<byte> bytes) => bytes.Length - 1;

    void Emit(IRowSink sink, int count)
    {
        if (count > 0)
        {
            sink.WriteRows(buffer.AsSpan(0, count));
            atLineStart = buffer[count - 1] == '\n';
            Drop(count);
        }
    }

    void Drop(int count)
    {
        buffer.AsSpan(count, filled - count).CopyTo(buffer);
        filled -= count;
    }

    long? Parse(ReadOnlySpan<byte> line)
    {
        var text = line["\\@".Length..];
        return text.StartsWith(token.Span)
            && Utf8Parser.TryParse(text[token.Length..].TrimStart((byte)' '), out long number, out var used)
            && used == text[token.Length..].TrimStart((byte)' ').Length
                ? number
                : null;
    }
}

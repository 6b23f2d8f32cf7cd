using System.Text;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>
/// Reads what <c>pg_dump --data-only</c> writes and finds the rows in it: what is between a COPY statement that is expected, word for
/// word, and the line <c>\.</c>. Everything else (settings, comments) is passed over.
/// </summary>
sealed class TableDataStream(Stream stream)
{
    const int LongestFooter = 256;
    const int LongestStatement = 4 * 1024 * 1024;

    static readonly byte[] LastWords = " FROM stdin;\n"u8.ToArray();

    byte[] buffer = new byte[256 * 1024];
    int start;
    int filled;
    bool ended;

    /// <summary>Reads up to the begin of the next table's rows.</summary>
    /// <param name="statements">The statements that are expected, their bytes as Latin-1 text.</param>
    /// <returns>The statement; null at the end of the stream.</returns>
    public string? ReadStatement(IReadOnlySet<string> statements)
    {
        var length = 0;
        while (true)
        {
            var end = buffer.AsSpan(start + length, filled - start - length).IndexOf((byte)'\n');
            if (end < 0)
            {
                if (filled - start >= LongestStatement || !Fill())
                {
                    return null;
                }

                continue;
            }

            length += end + 1;
            var text = buffer.AsSpan(start, length);
            if (!text.StartsWith("COPY "u8))
            {
                start += length;
                length = 0;
            }
            else if (text.EndsWith(LastWords) && Encoding.Latin1.GetString(text) is var statement && statements.Contains(statement))
            {
                start += length;
                return statement;
            }
        }
    }

    /// <summary>Hands the rows up to the line <c>\.</c> to the sink.</summary>
    /// <returns>False when the stream ended before that line.</returns>
    public bool ReadRows(IRowSink sink)
    {
        var atLineStart = true;
        while (true)
        {
            var pending = buffer.AsSpan(start, filled - start);
            var atOnce = atLineStart && pending.StartsWith("\\.\n"u8);
            var end = atOnce ? 0 : pending.IndexOf("\n\\.\n"u8) + 1;
            if (end > 0 || atOnce)
            {
                Emit(sink, pending[..end]);
                start += end + "\\.\n".Length;
                return true;
            }

            // Whole lines only: what follows the last newline may be the begin of the end. A row longer than the buffer goes on in pieces.
            var ready = pending.LastIndexOf((byte)'\n') + 1;
            ready = ready == 0 && pending.Length == buffer.Length ? pending.Length : ready;
            if (ready > 0)
            {
                Emit(sink, pending[..ready]);
                atLineStart = pending[ready - 1] == '\n';
                start += ready;
            }

            if (!Fill())
            {
                return false;
            }
        }
    }

    /// <summary>Reads to the end, and reports whether the closing comment of a complete dump came.</summary>
    public bool SkipToFooter()
    {
        var complete = false;
        do
        {
            complete |= buffer.AsSpan(start, filled - start).IndexOf("-- PostgreSQL database dump complete\n"u8) >= 0;
            start = Math.Max(start, filled - LongestFooter);
        }
        while (Fill());
        return complete;
    }

    static void Emit(IRowSink sink, ReadOnlySpan<byte> rows)
    {
        if (!rows.IsEmpty)
        {
            sink.WriteRows(rows);
        }
    }

    bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
        }

        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = ended ? 0 : stream.Read(buffer, filled, buffer.Length - filled);
        ended = read == 0;
        filled += read;
        return !ended;
    }
}

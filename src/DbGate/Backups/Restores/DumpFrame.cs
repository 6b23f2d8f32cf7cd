using System.Buffers;

namespace DbGate.Backups.Restores;

/// <summary>Takes what a write takes.</summary>
delegate void WriteBytes(ReadOnlySpan<byte> bytes);

/// <summary>
/// Hands on a dump's text without its own <c>\restrict</c> at the begin and <c>\unrestrict</c> at the end, because DbGate confines
/// it by a key of its own. Only these two places are looked at: a row may look like anything.
/// </summary>
sealed class DumpFrame(WriteBytes write)
{
    static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    const int HeadSize = 4096;
    const int TailSize = 1024;

    readonly ArrayBufferWriter<byte> held = new();
    bool headIsDone;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        held.Write(bytes);
        if (!headIsDone && held.WrittenCount >= HeadSize)
        {
            DropHead();
        }

        if (headIsDone && held.WrittenCount > TailSize)
        {
            var ready = held.WrittenCount - TailSize;
            write(held.WrittenSpan[..ready]);
            Keep(held.WrittenSpan[ready..].ToArray());
        }
    }

    public void Complete()
    {
        if (!headIsDone)
        {
            DropHead();
        }

        var text = held.WrittenSpan.ToArray();
        var footer = text.AsSpan().LastIndexOf("-- PostgreSQL database dump complete"u8);
        var command = footer < 0 ? -1 : text.AsSpan(footer).IndexOf("\n\\unrestrict "u8);
        write(command < 0 ? text : text.AsSpan(0, footer + command + 1));
    }

    // The command is before the first statement, among comments and empty lines.
    void DropHead()
    {
        headIsDone = true;

        // As Windows programs write it. Behind DbGate's own first line, psql takes it for a part of the first statement.
        if (held.WrittenSpan.StartsWith(ByteOrderMark))
        {
            Keep(held.WrittenSpan[ByteOrderMark.Length..].ToArray());
        }

        var text = held.WrittenSpan.ToArray();
        for (var start = 0; start < Math.Min(text.Length, HeadSize);)
        {
            var length = text.AsSpan(start).IndexOf((byte)'\n') + 1;
            var line = text.AsSpan(start, Math.Max(length, 0));
            if (line.StartsWith("\\restrict "u8))
            {
                Keep([.. text[..start], .. text[(start + length)..]]);
                return;
            }

            if (length == 0 || !(line.StartsWith("--"u8) || line.Trim("\r\n "u8).IsEmpty))
            {
                return;
            }

            start += length;
        }
    }

    void Keep(byte[] text)
    {
        held.ResetWrittenCount();
        held.Write(text);
    }
}

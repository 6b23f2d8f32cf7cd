using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>
/// Takes the text that <c>pg_dump --section</c> writes and leaves away what may be only once in the whole file:
/// <c>\restrict</c>, <c>\unrestrict</c> and the closing comment. That the closing comment came is the proof that the text is whole.
/// </summary>
sealed class SectionStream(Stream stream, string? restrictKey)
{
    const int TailSize = 512;

    static readonly byte[] Footer = "--\n-- PostgreSQL database dump complete\n--\n"u8.ToArray();

    readonly byte[] buffer = new byte[128 * 1024];
    int filled;

    /// <summary>Hands on the text.</summary>
    /// <returns>False when the stream ended before its closing comment.</returns>
    public bool CopyTo(Action<ReadOnlySpan<byte>> write)
    {
        var first = true;
        int read;
        while ((read = stream.Read(buffer, filled, buffer.Length - filled)) > 0)
        {
            filled += read;
            if (first && filled < TailSize * 2)
            {
                continue;
            }

            if (first)
            {
                Remove(Line("\\restrict"));
                first = false;
            }

            var ready = buffer.AsSpan(0, Math.Max(0, filled - TailSize)).LastIndexOf((byte)'\n') + 1;
            if (ready == 0 && filled == buffer.Length)
            {
                ready = filled - TailSize;
            }

            write(buffer.AsSpan(0, ready));
            Drop(0, ready);
        }

        if (first)
        {
            Remove(Line("\\restrict"));
        }

        Remove(Line("\\unrestrict"));
        var text = buffer.AsSpan(0, filled).TrimEnd((byte)'\n');
        var footer = buffer.AsSpan(0, filled).LastIndexOf(Footer);
        if (footer < 0 || footer + Footer.Length - 1 != text.Length)
        {
            return false;
        }

        write(buffer.AsSpan(0, footer));
        return true;
    }

    byte[]? Line(string command) => restrictKey is null ? null : System.Text.Encoding.ASCII.GetBytes($"{command} {restrictKey}\n\n");

    void Remove(byte[]? line)
    {
        if (line is not null && buffer.AsSpan(0, filled).IndexOf(line) is >= 0 and var found)
        {
            Drop(found, line.Length);
        }
    }

    void Drop(int start, int count)
    {
        buffer.AsSpan(start + count, filled - start - count).CopyTo(buffer.AsSpan(start));
        filled -= count;
    }
}

namespace DbGate.Backups.Restores;

/// <summary>
/// Finds a line that <c>psql</c> would have to hold in memory, several times over. Rows of a COPY are not among them: it passes those on in
/// pieces. PostgreSQL itself takes no statement of more than 1 GiB.
/// </summary>
/// <param name="longest">Bytes of the longest line that is let through.</param>
sealed class LineLimit(long longest)
{
    /// <summary>256 MiB.</summary>
    public const long Default = 256L << 20;

    const int KeptBytes = 32;

    readonly byte[] head = new byte[KeptBytes];
    readonly byte[] tail = new byte[KeptBytes];
    long length;
    bool isData;

    /// <summary>Bytes of the line that is being read, so far.</summary>
    public long Length => length;

    /// <summary>Reads on.</summary>
    /// <returns>False when a line is too long.</returns>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..end]);
            if (!isData && length > longest)
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            isData = isData ? !Line().SequenceEqual("\\."u8) : head.AsSpan().StartsWith("COPY "u8) && Tail("FROM stdin;"u8);
            length = 0;
            bytes = bytes[(end + 1)..];
        }

        return true;
    }

    void Keep(ReadOnlySpan<byte> part)
    {
        if (length < KeptBytes)
        {
            part[..(int)Math.Min(part.Length, KeptBytes - length)].CopyTo(head.AsSpan((int)length));
        }

        if (part.Length >= KeptBytes)
        {
            part[^KeptBytes..].CopyTo(tail);
        }
        else
        {
            tail.AsSpan(part.Length).CopyTo(tail);
            part.CopyTo(tail.AsSpan(KeptBytes - part.Length));
        }

        length += part.Length;
    }

    ReadOnlySpan<byte> Line() => head.AsSpan(0, (int)Math.Min(length, KeptBytes)).TrimEnd((byte)'\r');

    bool Tail(ReadOnlySpan<byte> end) => tail.AsSpan().TrimEnd((byte)'\r').EndsWith(end);
}

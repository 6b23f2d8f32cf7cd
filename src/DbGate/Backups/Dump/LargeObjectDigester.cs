using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>
/// Digests large objects as <c>pg_dump</c> writes them, one row per block of 16 KiB: XXH3-128 over the line that opened the object, the
/// block's number (8 bytes, big-endian) and the block's line. An object without content is one row, with number 0 and no line.
/// </summary>
sealed class LargeObjectDigester
{
    readonly StringBuilder line = new();
    string opened = "";
    long block;
    TableDigest digest;

    /// <summary>How many objects were opened.</summary>
    public long Count { get; private set; }

    /// <summary>The digest up to the last complete line.</summary>
    public TableDigest Digest => digest;

    /// <summary>Takes the next text.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
        {
            line.Append(Encoding.Latin1.GetString(text[..end]));
            Take(line.ToString());
            line.Clear();
        }

        line.Append(Encoding.Latin1.GetString(text));
    }

    void Take(string text)
    {
        if (text.StartsWith("SELECT pg_catalog.lo_open(", StringComparison.Ordinal))
        {
            (opened, block) = (text, 0);
            Count++;
        }
        else if (text.StartsWith("SELECT pg_catalog.lowrite(", StringComparison.Ordinal))
        {
            Add(text);
        }
        else if (text.StartsWith("SELECT pg_catalog.lo_close(", StringComparison.Ordinal) && block == 0)
        {
            Add("");
        }
    }

    void Add(string text)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.Latin1.GetBytes(opened));
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, block++);
        hash.Append(number);
        hash.Append(Encoding.Latin1.GetBytes(text));
        digest = digest.Add(hash.GetCurrentHashAsUInt128());
    }
}

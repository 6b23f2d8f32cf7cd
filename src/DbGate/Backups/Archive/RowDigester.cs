using System.IO.Hashing;

namespace DbGate.Backups.Archive;

/// <summary>
/// Digests the lines of a COPY stream that arrives in pieces of any size; a line longer than memory is hashed as it comes.
/// </summary>
sealed class RowDigester
{
    readonly XxHash128 pending = new();
    TableDigest digest;
    bool inLine;

    /// <summary>The digest of all complete lines so far.</summary>
    public TableDigest Digest => digest;

    /// <summary>True when the bytes so far end with a newline, or there are none.</summary>
    public bool AtLineStart => !inLine;

    /// <summary>Takes the next bytes; each newline ends a row.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (inLine)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                pending.Append(bytes);
                return;
            }

            pending.Append(bytes[..end]);
            digest = digest.Add(pending.GetCurrentHashAsUInt128());
            pending.Reset();
            inLine = false;
            bytes = bytes[(end + 1)..];
        }

        AppendLines(bytes);
    }

    /// <summary>Returns the digest and begins again.</summary>
    /// <exception cref="InvalidOperationException">The last line lacks its newline.</exception>
    public TableDigest Take()
    {
        if (inLine)
        {
            throw new InvalidOperationException("The last row is not complete.");
        }

        var result = digest;
        digest = TableDigest.Empty;
        return result;
    }

    void AppendLines(ReadOnlySpan<byte> bytes)
    {
        var rows = 0L;
        UInt128 sum = 0;
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            sum = unchecked(sum + RowHash.From(bytes[..end]));
            rows++;
        }

        digest = digest.Add(new TableDigest(rows, sum));
        if (!bytes.IsEmpty)
        {
            pending.Append(bytes);
            inLine = true;
        }
    }
}

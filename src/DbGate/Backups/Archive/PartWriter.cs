namespace DbGate.Backups.Archive;

/// <summary>
/// Writes one part of the archive as gzip members of about <paramref name="memberSize"/> bytes of plain text. A member of
/// table data is a complete statement, <c>COPY … FROM stdin; … \.</c>, with whole rows. Members of <paramref name="runSize"/> compressed
/// bytes together are a run, after which other parts may have their turn. Never holds more than one block.
/// </summary>
sealed class PartWriter(PartSequencer sequencer, int order, Compression compression, int memberSize, long runSize = long.MaxValue)
    : IPartSink, IDisposable
{
    static readonly byte[] EndOfRows = "\\.\n\n"u8.ToArray();

    readonly BlockStream blocks = new(sequencer, order);
    readonly RowDigester digester = new();
    readonly List<ArchiveMember> members = [];
    Stream? gzip;
    ReadOnlyMemory<byte> statement;
    TableDigest rows;
    long plain;
    long run;

    /// <summary>The members so far, with offsets that count from the part's own begin.</summary>
    public IReadOnlyList<ArchiveMember> Members => members;

    /// <inheritdoc/>
    public int MemberCount => members.Count;

    long Offset => members.Count == 0 ? 0 : members[^1].Offset + members[^1].Length;

    /// <inheritdoc/>
    public void BeginRows(ReadOnlyMemory<byte> copyStatement)
    {
        CloseMember();
        statement = copyStatement;
        rows = TableDigest.Empty;
    }

    /// <inheritdoc/>
    public void WriteRows(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (gzip is null)
            {
                WritePlain(statement.Span);
            }

            // At the first end of a row from the wanted size on: however the bytes arrive, the same rows make the same members.
            var room = (int)Math.Clamp(memberSize - plain - 1, 0, int.MaxValue);
            var end = room < text.Length ? text[room..].IndexOf((byte)'\n') : -1;
            var taken = end < 0 ? text.Length : room + end + 1;
            digester.Append(text[..taken]);
            WritePlain(text[..taken]);
            text = text[taken..];
            if (end >= 0)
            {
                CloseMember();
            }
        }
    }

    /// <inheritdoc/>
    public TableDigest EndRows()
    {
        CloseMember();
        statement = default;
        return rows;
    }

    /// <inheritdoc/>
    public void WriteText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        WritePlain(text);
        if (plain >= memberSize && text[^1] == '\n')
        {
            CloseMember();
        }
    }

    /// <inheritdoc/>
    public void EndText() => CloseMember();

    /// <summary>Ends the part.</summary>
    public void Complete()
    {
        CloseMember();
        blocks.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip?.Dispose();
        blocks.Dispose();
    }

    void WritePlain(ReadOnlySpan<byte> text)
    {
        gzip ??= compression.Begin(blocks);
        gzip.Write(text);
        plain += text.Length;
    }

    void CloseMember()
    {
        if (gzip is null)
        {
            return;
        }

        if (!statement.IsEmpty)
        {
            WritePlain(EndOfRows);
        }

        gzip.Dispose();
        gzip = null;
        var digest = digester.Take();
        var (length, sha256) = blocks.Take();
        members.Add(new(Offset, length, plain, digest, sha256));
        rows += digest;
        plain = 0;
        run += length;
        if (run >= runSize)
        {
            blocks.EndRun();
            run = 0;
        }
    }
}

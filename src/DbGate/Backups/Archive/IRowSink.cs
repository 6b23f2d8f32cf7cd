namespace DbGate.Backups.Archive;

/// <summary>Takes rows as COPY text: to write them, or only to digest them.</summary>
interface IRowSink
{
    /// <summary>Takes rows, or pieces of a row; each row ends with a newline.</summary>
    void WriteRows(ReadOnlySpan<byte> rows);
}

/// <summary>Takes what a part of a dump holds.</summary>
interface IPartSink : IRowSink
{
    /// <summary>How many members were written so far.</summary>
    int MemberCount { get; }

    /// <summary>Rows that follow belong to this statement, <c>COPY … FROM stdin;</c> with its newline.</summary>
    void BeginRows(ReadOnlyMemory<byte> copyStatement);

    /// <summary>The table has no further rows in this part.</summary>
    /// <returns>What came since <see cref="BeginRows"/>.</returns>
    TableDigest EndRows();

    /// <summary>Takes SQL text that is no row.</summary>
    void WriteText(ReadOnlySpan<byte> text);

    /// <summary>The text that follows has nothing to do with what came before.</summary>
    void EndText();
}

/// <summary>Digests rows and keeps nothing.</summary>
sealed class DigestSink : IPartSink
{
    readonly RowDigester digester = new();

    public int MemberCount => 0;

    public void BeginRows(ReadOnlyMemory<byte> copyStatement)
    {
    }

    public void WriteRows(ReadOnlySpan<byte> rows) => digester.Append(rows);

    public TableDigest EndRows() => digester.Take();

    public void WriteText(ReadOnlySpan<byte> text)
    {
    }

    public void EndText()
    {
    }
}

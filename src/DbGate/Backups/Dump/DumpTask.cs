using System.Text;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>Something that one worker writes into the archive without a break.</summary>
abstract record DumpTask(PartKind Kind);

/// <summary>SQL text that is known already.</summary>
sealed record TextPiece(PartKind Kind, string Name, ReadOnlyMemory<byte> Text) : DumpTask(Kind)
{
    public TextPiece(PartKind kind, string name, string ascii)
        : this(kind, name, Encoding.ASCII.GetBytes(ascii))
    {
    }
}

/// <summary>What a run of <c>pg_dump</c> writes that is no table data.</summary>
sealed record SectionPiece(PartKind Kind, string Name, IReadOnlyList<string> Arguments) : DumpTask(Kind);

/// <summary>Rows of one table, read by COPY.</summary>
sealed record CopyPiece(TableInfo Table, PageRange? Range) : DumpTask(PartKind.Data);

/// <summary>Rows of several tables, read by one <c>pg_dump</c>.</summary>
sealed record TablesPiece(IReadOnlyList<TableInfo> Tables) : DumpTask(PartKind.Data);

/// <summary>What a worker takes up as a whole.</summary>
/// <param name="Order">Its place among the parts.</param>
/// <param name="Pieces">What it holds; all of one kind.</param>
/// <param name="IsLargeTable">All rows of one large table, which are in the file in turns with other rows.</param>
sealed record DumpPart(int Order, IReadOnlyList<DumpTask> Pieces, bool IsLargeTable = false)
{
    public PartKind Kind => Pieces[0].Kind;

    /// <summary>Where in the file it is.</summary>
    public PartPlace Place => IsLargeTable ? PartPlace.InRuns : Kind == PartKind.Data ? PartPlace.AmongRuns : PartPlace.InOrder;
}

using DbGate.Backups.Archive;

namespace DbGate.Backups.Dump;

/// <summary>A stretch of members that belong together.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Table">Whose rows; null when it holds none.</param>
/// <param name="FirstMember">Its first member, counted from the part's own begin.</param>
/// <param name="MemberCount">How many members; 0 for a table without rows.</param>
/// <param name="Digest">Its rows, or the blocks of its large objects.</param>
sealed record DumpSegment(PartKind Kind, TableInfo? Table, int FirstMember, int MemberCount, TableDigest Digest);

/// <summary>Carries out parts, one at a time, on one thread; takes its <c>psql</c> with the first rows.</summary>
sealed class DumpWorker(DumpSessions sessions, ProgressCounter progress) : IDisposable
{
    CopyWorker? psql;

    /// <summary>Writes one part.</summary>
    public IReadOnlyList<DumpSegment> Write(DumpPart part, IPartSink sink)
    {
        var segments = new List<DumpSegment>();
        foreach (var piece in part.Pieces)
        {
            sessions.Stopped.ThrowIfCancellationRequested();
            switch (piece)
            {
                case TextPiece text:
                    segments.Add(WriteText(text, sink));
                    break;
                case SectionPiece section:
                    segments.Add(WriteSection(section, sink));
                    break;
                case CopyPiece copy:
                    segments.Add(WriteCopy(copy, sink));
                    break;
                case TablesPiece tables:
                    segments.AddRange(WriteTables(tables, sink));
                    break;
            }
        }

        return segments;
    }

    /// <inheritdoc/>
    public void Dispose() => psql?.Dispose();

    static DumpSegment WriteText(TextPiece piece, IPartSink sink)
    {
        var first = sink.MemberCount;
        sink.WriteText(piece.Text.Span);
        sink.EndText();
        return new(piece.Kind, null, first, sink.MemberCount - first, TableDigest.Empty);
    }

    DumpSegment WriteSection(SectionPiece piece, IPartSink sink)
    {
        var first = sink.MemberCount;
        var objects = piece.Kind == PartKind.LargeObjects ? new LargeObjectDigester() : null;
        progress.Begin(piece.Name);
        using var dump = sessions.TakeDump(piece);
        var complete = new SectionStream(dump.Output, sessions.Context.RestrictKey).CopyTo(text =>
        {
            objects?.Append(text);
            sink.WriteText(text);
        });
        progress.Heard(dump.End(piece.Name, complete));
        sink.EndText();
        return new(piece.Kind, null, first, sink.MemberCount - first, objects?.Digest ?? TableDigest.Empty);
    }

    DumpSegment WriteCopy(CopyPiece piece, IPartSink sink)
    {
        var table = piece.Table;
        var first = sink.MemberCount;
        progress.Begin(table.DisplayName);
        psql ??= sessions.TakeCopyWorker();
        sink.BeginRows(table.CopyIn());
        var counted = psql.Copy(table.CopyOut(piece.Range), sink, table.DisplayName);
        return End(table, first, sink, counted);
    }

    List<DumpSegment> WriteTables(TablesPiece piece, IPartSink sink)
    {
        var segments = new List<DumpSegment>();
        var expected = piece.Tables.ToDictionary(table => table.CopyInByPgDump());
        var names = piece.Tables.Select(table => $"--table={Postgres.Sql.Identifier(table.Schema, table.Name)}");
        var what =
            piece.Tables.Count == 1 ? piece.Tables[0].DisplayName : $"{piece.Tables[0].DisplayName} to {piece.Tables[^1].DisplayName}";
        progress.Begin(what);
        using var dump = sessions.StartDump(["--data-only", "--strict-names", .. names]);
        var stream = new TableDataStream(dump.Output);
        while (expected.Count > 0 && stream.ReadStatement(expected.Keys.ToHashSet()) is { } statement)
        {
            expected.Remove(statement, out var table);
            var first = sink.MemberCount;
            sink.BeginRows(table!.CopyIn());
            if (!stream.ReadRows(sink))
            {
                dump.End(what, complete: false);
            }

            segments.Add(End(table, first, sink, -1));
        }

        var complete = stream.SkipToFooter() && expected.Count == 0;
        if (!complete && segments.Count == 0 && sessions.HaveLocks && dump.HasMetALock())
        {
            // Another session waits for one of these tables until the backup has ended, and this pg_dump waited behind it. psql has the
            // locks.
            return [.. piece.Tables.Select(table => WriteCopy(new(table, null), sink))];
        }

        progress.Heard(dump.End(what, complete));
        return segments;
    }

    DumpSegment End(TableInfo table, int first, IPartSink sink, long counted)
    {
        var digest = sink.EndRows();
        progress.AddRows(digest.Rows);
        return counted >= 0 && counted != digest.Rows
            ? throw DumpProblems.CountsDiffer(table.DisplayName, counted, digest.Rows)
            : new(PartKind.Data, table, first, sink.MemberCount - first, digest);
    }
}

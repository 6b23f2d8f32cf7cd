using DbGate.Backups.Archive;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>A stretch of members that belong together.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Table">Whose rows; null when it holds none.</param>
/// <param name="FirstMember">Its first member, counted from the part's own begin.</param>
/// <param name="MemberCount">How many members; 0 for a table without rows.</param>
/// <param name="Digest">Its rows, or the blocks of its large objects.</param>
sealed record DumpSegment(PartKind Kind, TableInfo? Table, int FirstMember, int MemberCount, TableDigest Digest);

/// <summary>Carries out parts, one at a time, on one thread; starts its <c>psql</c> with the first rows.</summary>
sealed class DumpWorker(DumpContext context, ProgressCounter progress, CancellationToken ct) : IDisposable
{
    CopyWorker? psql;

    /// <summary>Writes one part.</summary>
    public IReadOnlyList<DumpSegment> Write(DumpPart part, IPartSink sink)
    {
        var segments = new List<DumpSegment>();
        foreach (var piece in part.Pieces)
        {
            ct.ThrowIfCancellationRequested();
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
        RunPgDump(piece.Name, piece.Arguments, output =>
        {
            var complete = new SectionStream(output, context.RestrictKey).CopyTo(text =>
            {
                objects?.Append(text);
                sink.WriteText(text);
            });
            return complete;
        });
        sink.EndText();
        return new(piece.Kind, null, first, sink.MemberCount - first, objects?.Digest ?? TableDigest.Empty);
    }

    DumpSegment WriteCopy(CopyPiece piece, IPartSink sink)
    {
        var table = piece.Table;
        var first = sink.MemberCount;
        progress.Begin(table.DisplayName);
        psql ??= CopyWorker.Start(context, progress.Add, ct);
        sink.BeginRows(table.CopyIn());
        var counted = psql.Copy(table.CopyOut(piece.Range), sink, table.DisplayName);
        return End(table, first, sink, counted);
    }

    List<DumpSegment> WriteTables(TablesPiece piece, IPartSink sink)
    {
        var segments = new List<DumpSegment>();
        var expected = piece.Tables.ToDictionary(table => table.CopyInByPgDump());
        var names = piece.Tables.Select(table => $"--table={Postgres.Sql.Identifier(table.Schema, table.Name)}");
        var what = piece.Tables.Count == 1 ? piece.Tables[0].DisplayName : $"{piece.Tables[0].DisplayName} to {piece.Tables[^1].DisplayName}";
        progress.Begin(what);
        RunPgDump(what, ["--data-only", "--strict-names", .. names], output =>
        {
            var stream = new TableDataStream(output);
            while (expected.Count > 0 && stream.ReadStatement(expected.Keys.ToHashSet()) is { } statement)
            {
                expected.Remove(statement, out var table);
                var first = sink.MemberCount;
                sink.BeginRows(table!.CopyIn());
                if (!stream.ReadRows(sink))
                {
                    return false;
                }

                segments.Add(End(table, first, sink, -1));
            }

            return stream.SkipToFooter() && expected.Count == 0;
        });
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

    void RunPgDump(string what, IReadOnlyList<string> arguments, Func<Stream, bool> read)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var child = context.StartPgDump(arguments, stop.Token);
        try
        {
            // Its input stays open: in a container, the end of it is how the program hears that nobody is there any more.
            using var output = new WatchedOutput(child, stop, context.Options.SilenceLimit, context.Clock, progress.Add);
            var complete = read(output);
            if (output.WasSilent)
            {
                throw DumpProblems.Silent(what, context.Options.SilenceLimit);
            }

            var outcome = complete || !child.IsRunning ? child.WaitAsync().GetAwaiter().GetResult() : Drain(child);
            if (!outcome.Succeeded)
            {
                throw DumpProblems.ReadFailed(what, "pg_dump", outcome);
            }

            if (!complete)
            {
                throw DumpProblems.Incomplete(what, "pg_dump");
            }

            progress.Heard(outcome.StandardError);
        }
        finally
        {
            child.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    static ChildOutcome Drain(ChildProcess child)
    {
        child.StandardOutput.CopyTo(Stream.Null);
        return child.WaitAsync().GetAwaiter().GetResult();
    }
}

using System.Text;
using System.Text.RegularExpressions;
using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>
/// Loads an archive into an empty database: the definitions, then the rows by several connections, then indexes and constraints. Every
/// member is compared with the manifest before <c>psql</c> gets its first byte.
/// </summary>
sealed partial class ArchiveLoad(
    ArchiveReader archive, FeedContext context, RestoreOptions options, LoadProgress progress, StatementFilter filter)
{
    const int MostTablesInOneTransaction = 500;

    // In a database that no one uses yet, a crash costs the restore and no more: the commits need not be waited for. The index builds
    // may use more memory than a server's default, which was chosen for the daily work.
    static readonly byte[] Faster =
        """
        SET synchronous_commit = off;
        SELECT pg_catalog.set_config('maintenance_work_mem', greatest(setting::int8, 262144)::text, false) FROM pg_catalog.pg_settings WHERE name = 'maintenance_work_mem';

        """u8.ToArray();

    readonly byte[] header = Read(archive, PartKind.Header);
    readonly byte[] footer = Read(archive, PartKind.Footer);

    BackupManifest Manifest => archive.Manifest;

    /// <summary>Loads all of it.</summary>
    public void All(CancellationToken cancellationToken)
    {
        Definitions(cancellationToken);
        var indexes = Task.Run(() => IndexPlan.For(archive, filter, options.LargestIndexPlan), CancellationToken.None);
        Rows([.. Kept(Members(PartKind.Data)).SelectMany(run => Slices(run, options.SliceBytes))], cancellationToken);
        LargeObjects(cancellationToken);
        Sequences(cancellationToken);
        Indexes(indexes.GetAwaiter().GetResult(), hasRows: true, cancellationToken);
    }

    /// <summary>Loads everything but rows: what shows in seconds whether the schema can be restored at all.</summary>
    public void Schema(CancellationToken cancellationToken)
    {
        Definitions(cancellationToken);
        Sequences(cancellationToken);
        Indexes(null, hasRows: false, cancellationToken);
    }

    /// <summary>Loads the rows of some tables, with what they need.</summary>
    public void Tables(IReadOnlyList<ManifestTable> tables, TableStatements statements, CancellationToken cancellationToken)
    {
        progress.Stage("definitions");
        if (tables.Any(table => table.LoadedThrough is not null) || !Suffice(statements, cancellationToken))
        {
            Definitions(cancellationToken);
        }

        Rows([.. tables.SelectMany(table => table.Members).SelectMany(run => Slices((run.First, run.Count), options.SliceBytes))],
            cancellationToken);
        progress.Stage("indexes");
        Text(statements.Indexes, "the indexes", cancellationToken);
    }

    // The tables may need more than can be told from their statements; then those are rolled back.
    bool Suffice(TableStatements statements, CancellationToken cancellationToken)
    {
        try
        {
            Text(statements.Definitions, "the tables' definitions", cancellationToken);
            return true;
        }
        catch (GateException fault)
            when (fault.Problem.Code == RestoreProblems.LoadFailedCode || fault.Problem.Code == RestoreProblems.RefusedCode)
        {
            return false;
        }
    }

    void Text(ReadOnlyMemory<byte> sql, string what, CancellationToken cancellationToken)
    {
        using var psql = Begin(what, cancellationToken);
        psql.Write(sql.Span, what);
        End(psql, what);
    }

    // One transaction saves hundreds of commits, and takes locks for everything in it: more tables than this could be too many for the
    // server.
    void Definitions(CancellationToken cancellationToken)
    {
        progress.Stage("definitions");
        var isOne = Manifest.Tables.Count <= MostTablesInOneTransaction;
        if (!filter.IsEmpty)
        {
            var sql = filter.Apply(ReadText(PartKind.PreData));
            Text(Manifest.TextEncoding.GetBytes(isOne ? $"BEGIN;\n{sql}COMMIT;\n" : sql), "the definitions", cancellationToken);
            return;
        }

        Run("the definitions", [Members(PartKind.PreData)], cancellationToken, isOne ? "BEGIN;\n"u8 : default,
            isOne ? "COMMIT;\n"u8 : default);
    }

    void Indexes(IndexPlan? plan, bool hasRows, CancellationToken cancellationToken)
    {
        const string What = "the indexes and constraints";
        progress.Stage("indexes and constraints");
        if (plan is null)
        {
            if (hasRows)
            {
                IndexesInOrder(What, cancellationToken);
            }
            else if (filter.IsEmpty)
            {
                Run(What, [Members(PartKind.PostData)], cancellationToken);
            }
            else
            {
                Text(Manifest.TextEncoding.GetBytes(filter.Apply(ReadText(PartKind.PostData))), What, cancellationToken);
            }

            return;
        }

        var rows = Manifest.Tables.ToDictionary(table => new QualifiedName(table.Schema, table.Name), table => table.Rows);
        var shares = plan.Share(options.JobsOrDefault, table => rows.GetValueOrDefault(table));
        ParallelRunner.Run(shares.Count, (number, token) => Text(Manifest.TextEncoding.GetBytes(shares[number]), What, token),
            cancellationToken);
        Text(Manifest.TextEncoding.GetBytes(plan.Rest + plan.Last), What, cancellationToken);
    }

    // One connection, one piece after the other. A piece that cannot be taken apart goes to the server as it is.
    void IndexesInOrder(string what, CancellationToken cancellationToken)
    {
        using var stream = archive.OpenParts(PartKind.PostData);
        using var reader = new StreamReader(stream, Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
        using var psql = Begin(what, cancellationToken);
        var last = new StringBuilder();
        foreach (var piece in StatementChunks.Read(reader, (int)Math.Min(StatementChunks.Usual, options.LargestIndexPlan)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = filter.Apply(piece);
            var kept = IndexPlan.InOrder(text);
            psql.Write(Manifest.TextEncoding.GetBytes(kept?.Rest ?? text), what);
            last.Append(kept?.Last);
        }

        psql.Write(Manifest.TextEncoding.GetBytes(last.ToString()), what);
        End(psql, what);
    }

    // The only statements of this part that a filter concerns have a line of their own; the rest may be large.
    void LargeObjects(CancellationToken cancellationToken)
    {
        const string What = "the large objects";
        if (filter.IsEmpty)
        {
            Run(What, [Members(PartKind.LargeObjects)], cancellationToken);
            return;
        }

        using var stream = archive.OpenParts(PartKind.LargeObjects);
        using var reader = new StreamReader(stream, Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
        using var psql = Begin(What, cancellationToken);
        while (reader.ReadLine() is { } line)
        {
            psql.Write(Manifest.TextEncoding.GetBytes($"{filter.ApplyToLine(line)}\n"), What);
        }

        End(psql, What);
    }

    // An extension that is left out takes its sequences along, and no list of the archive names them.
    void Sequences(CancellationToken cancellationToken)
    {
        const string What = "the sequences";
        if (filter.Extensions.Count == 0)
        {
            Run(What, [Members(PartKind.Sequences)], cancellationToken);
            return;
        }

        const string IfItExists =
            "SELECT pg_catalog.setval(pg_catalog.to_regclass(${name}), ${rest}) WHERE pg_catalog.to_regclass(${name}) IS NOT NULL;";
        Text(Manifest.TextEncoding.GetBytes(IfThere().Replace(ReadText(PartKind.Sequences), IfItExists)), What, cancellationToken);
    }

    // The stretches of rows without those of extensions that are left out.
    IEnumerable<(int First, int Count)> Kept((int First, int Count) members)
    {
        var next = members.First;
        foreach (var run in Manifest.Tables.Where(table => table.Extension is { } extension && filter.Extensions.Contains(extension))
            .SelectMany(table => table.Members).Where(run => run.Count > 0).OrderBy(run => run.First))
        {
            yield return (next, run.First - next);
            next = run.First + run.Count;
        }

        yield return (next, members.First + members.Count - next);
    }

    string ReadText(PartKind kind) => Manifest.TextEncoding.GetString(Read(archive, kind));

    [GeneratedRegex(
        @"^SELECT pg_catalog\.setval\((?<name> ?E?'([^']|'')+'), (?<rest>-?[0-9]+, (true|false))\);$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IfThere();

    void Rows(IReadOnlyList<(int First, int Count)> slices, CancellationToken cancellationToken)
    {
        progress.Stage("rows");
        var jobs = Math.Min(options.JobsOrDefault, slices.Count);
        var next = -1;
        ParallelRunner.Run(jobs, (_, token) => Run("the rows", Take(), token), cancellationToken);

        IEnumerable<(int First, int Count)> Take()
        {
            for (int taken; (taken = Interlocked.Increment(ref next)) < slices.Count;)
            {
                yield return slices[taken];
            }
        }
    }

    void Run(
        string what, IEnumerable<(int First, int Count)> stretches, CancellationToken cancellationToken,
            ReadOnlySpan<byte> before = default,
        ReadOnlySpan<byte> after = default)
    {
        PsqlFeed? psql = null;
        try
        {
            foreach (var (first, count) in stretches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (count > 0)
                {
                    if (psql is null)
                    {
                        psql = Begin(what, cancellationToken);
                        psql.Write(before, what);
                    }

                    using var sql = archive.OpenMembers(first, count);
                    psql.Write(sql, what);
                }
            }

            if (psql is not null)
            {
                psql.Write(after, what);
                End(psql, what);
            }
        }
        finally
        {
            psql?.Dispose();
        }
    }

    PsqlFeed Begin(string what, CancellationToken cancellationToken)
    {
        var psql = new PsqlFeed(context, progress.Add, cancellationToken);
        try
        {
            psql.Write(header, what);
            psql.Write(Faster, what);
            return psql;
        }
        catch
        {
            psql.Dispose();
            throw;
        }
    }

    void End(PsqlFeed psql, string what)
    {
        psql.Write(footer, what);
        psql.Complete(what);
    }

    (int First, int Count) Members(PartKind kind)
    {
        var parts = Manifest.Parts.Where(part => part.Kind == kind).ToArray();
        return parts.Length == 0 ? (0, 0) : (parts[0].FirstMember, parts.Sum(part => part.MemberCount));
    }

    // Each member is a statement of its own, so that any stretch of them can be loaded by any connection.
    List<(int First, int Count)> Slices((int First, int Count) members, long bytes)
    {
        var slices = new List<(int First, int Count)>();
        var (first, plain) = (members.First, 0L);
        for (var member = members.First; member < members.First + members.Count; member++)
        {
            plain += archive.Members[member].PlainLength;
            if (plain >= bytes || member == members.First + members.Count - 1)
            {
                slices.Add((first, member + 1 - first));
                (first, plain) = (member + 1, 0);
            }
        }

        return slices;
    }

    static byte[] Read(ArchiveReader archive, PartKind kind)
    {
        using var stream = archive.OpenParts(kind);
        using var text = new MemoryStream();
        stream.CopyTo(text);
        return text.ToArray();
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DbGate.Backups.Archive;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// One long-lived <c>psql</c> on the backup's snapshot that copies whatever it is told to, one command after the other. It has
/// every authentication and TLS mode that libpq has. To be used by one thread at a time.
/// </summary>
sealed class CopyWorker : IDisposable
{
    const int TablesPerStatement = 500;

    // pg_dump's own settings, and those that make the text of a value independent of the role's settings.
    const string Settings =
        """
        SET search_path TO '';
        SET DateStyle = ISO;
        SET IntervalStyle = postgres;
        SET extra_float_digits = 3;
        SET TimeZone = 'UTC';
        SET bytea_output = hex;
        SET quote_all_identifiers = off;
        SET synchronize_seqscans = off;
        SET max_parallel_workers_per_gather = 0;
        SET statement_timeout = 0;
        SET idle_in_transaction_session_timeout = 0;
        SET row_security = off;
        SELECT pg_catalog.count(pg_catalog.set_config(name, '0', false)) AS newer_limits FROM pg_catalog.pg_settings
          WHERE name IN ('transaction_timeout', 'idle_session_timeout') \gset
        """;

    readonly DumpContext context;
    readonly CancellationTokenSource stop;
    readonly ChildProcess child;
    readonly WatchedOutput output;
    readonly CopyStream rows;
    readonly string token;
    readonly byte[] marker;
    readonly bool countsRows = !OperatingSystem.IsWindows();
    bool hasLocks;

    CopyWorker(DumpContext context, Action<int>? onRead, CancellationToken cancellationToken)
    {
        this.context = context;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        child = context.StartPsql(stop.Token);
        output = new WatchedOutput(child, stop, context.Options.SilenceLimit, context.Clock, onRead);
        token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        rows = new CopyStream(output, Encoding.ASCII.GetBytes(token));

        // Sent to its standard output by name, COPY leaves its row count in ROW_COUNT.
        marker = Encoding.ASCII.GetBytes(countsRows
            ? $" \\g /dev/stdout\n\\echo '\\\\@{token}' :ROW_COUNT\n"
            : $";\n\\echo '\\\\@{token}' -1\n");
    }

    /// <summary>
    /// Completes when it has its locks, with <c>true</c>, or has failed to get them. Only of one that was started to lock.
    /// </summary>
    public Task<bool> Locked { get; private set; } = Task.FromResult(true);

    /// <summary>Starts it and joins the snapshot.</summary>
    public static CopyWorker Start(DumpContext context, Action<int>? onRead, CancellationToken cancellationToken)
    {
        var worker = new CopyWorker(context, onRead, cancellationToken);
        worker.Send(Begin(context, context.Options.LockTimeout));
        return worker;
    }

    /// <summary>
    /// Starts it, joins the snapshot and locks the tables, without waiting: they are locked for the backup already, so that only a session
    /// that waits behind that lock can be in the way.
    /// </summary>
    /// <param name="context">How it connects.</param>
    /// <param name="tables">Quoted names, in the database's encoding.</param>
    /// <param name="onRead">Told what was read.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static CopyWorker StartLocking(
        DumpContext context, IReadOnlyList<ReadOnlyMemory<byte>> tables, Action<int>? onRead, CancellationToken cancellationToken)
    {
        var worker = new CopyWorker(context, onRead, cancellationToken);
        worker.Locked = DedicatedThread.RunAsync(() => worker.Lock(tables)).ContinueWith(
            done => done.IsCompletedSuccessfully && worker.hasLocks,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return worker;
    }

    /// <summary>Copies rows to the sink.</summary>
    /// <param name="command"><c>COPY … TO STDOUT</c> in the database's encoding, without its end.</param>
    /// <param name="sink">Takes the rows.</param>
    /// <param name="what">The table, for the error.</param>
    /// <returns>The number of rows that the server counted; -1 when this <c>psql</c> does not tell.</returns>
    /// <exception cref="GateException">The server or the connection failed.</exception>
    public long Copy(ReadOnlyMemory<byte> command, IRowSink sink, string what)
    {
        // A query locks the table's indexes, which COPY of the whole table does not. If these locks were kept, a REINDEX would wait for
        // them, and the other workers for the REINDEX. And where the server's lock table is small, the locks of many tables would fill it;
        // the session that holds the snapshot has them, too.
        Send(command.Span.StartsWith("COPY ("u8) || !hasLocks
            ? [.. "SAVEPOINT slice;\n"u8, .. command.Span, .. marker, .. "ROLLBACK TO SAVEPOINT slice;\nRELEASE SAVEPOINT slice;\n"u8]
            : [.. command.Span, .. marker]);
        return rows.ReadRows(sink) ?? throw Failure(what);
    }

    /// <summary>Why it failed.</summary>
    public GateException Failure(string what)
    {
        if (output.WasSilent)
        {
            return DumpProblems.Silent(what, context.Options.SilenceLimit);
        }

        try
        {
            child.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // The pipe is gone with the child.
        }

        return DumpProblems.ReadFailed(what, "psql", child.WaitAsync().GetAwaiter().GetResult());
    }

    /// <summary>Ends the transaction and the connection.</summary>
    public void Dispose()
    {
        output.Dispose();
        child.DisposeAsync().AsTask().GetAwaiter().GetResult();
        stop.Dispose();
    }

    void Send(ReadOnlySpan<byte> text)
    {
        try
        {
            child.StandardInput.Write(text);
            child.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended; the read that follows finds out why.
        }
    }

    // No limit on locks: it has those of tables, and a REINDEX ends by itself. Anyone who stays silent for too long is ended.
    void Lock(IReadOnlyList<ReadOnlyMemory<byte>> tables)
    {
        Send(Begin(context, TimeSpan.Zero));
        foreach (var batch in tables.Chunk(TablesPerStatement))
        {
            using var text = new MemoryStream();
            foreach (var table in batch)
            {
                text.Write(text.Length == 0 ? "LOCK TABLE ONLY "u8 : ", ONLY "u8);
                text.Write(table.Span);
            }

            text.Write(" IN ACCESS SHARE MODE NOWAIT;\n"u8);
            Send(text.GetBuffer().AsSpan(0, (int)text.Length));
        }

        Send(Encoding.ASCII.GetBytes($"\\echo '\\\\@{token}' 0\n"));
        hasLocks = rows.ReadRows(new DigestSink()) == 0;
    }

    static byte[] Begin(DumpContext context, TimeSpan lockTimeout) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Settings}
        SET lock_timeout = {lockTimeout.TotalMilliseconds:0};
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SET TRANSACTION SNAPSHOT '{context.Snapshot}';

        """));
}

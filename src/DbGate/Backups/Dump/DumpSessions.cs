using System.Collections.Concurrent;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// The sessions that read a backup. Where the server's lock table has room, they are started together and each locks its tables at once:
/// a TRUNCATE that is asked for later then waits for the backup, and nothing of the backup waits behind it. They end together, too.
/// </summary>
sealed class DumpSessions : IAsyncDisposable
{
    // With the locks of all tables held, only what waits for the backup itself can keep a table from a further pg_dump.
    static readonly TimeSpan FurtherLocks = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource stop;
    readonly ProgressCounter progress;
    readonly ConcurrentBag<CopyWorker> copying = [];
    readonly ConcurrentDictionary<string, RunningDump> dumping = new();

    bool disposed;

    DumpSessions(DumpContext context, ProgressCounter progress, CancellationToken cancellationToken)
    {
        (Context, this.progress) = (context, progress);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>What they read with.</summary>
    public DumpContext Context { get; }

    /// <summary>They have all locks; none of them waits for a table any more.</summary>
    public bool HaveLocks { get; private init; }

    /// <summary>Cancelled when they end.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>None yet: each is started when it is wanted, and takes its locks one by one.</summary>
    public static DumpSessions StartLater(DumpContext context, ProgressCounter progress, CancellationToken cancellationToken) =>
        new(context, progress, cancellationToken);

    /// <summary>Starts all of them; none has its locks yet.</summary>
    /// <param name="context">What they read with.</param>
    /// <param name="copiers">How many copy rows.</param>
    /// <param name="tables">The quoted tables whose rows they copy, in the database's encoding.</param>
    /// <param name="sections">What <c>pg_dump</c> writes.</param>
    /// <param name="name">The <c>application_name</c> of each <c>pg_dump</c>.</param>
    /// <param name="progress">Told what was read.</param>
    /// <param name="cancellationToken">Ends them.</param>
    public static async Task<DumpSessions> StartAsync(
        DumpContext context, int copiers, IReadOnlyList<ReadOnlyMemory<byte>> tables, IReadOnlyList<SectionPiece> sections, string name,
        ProgressCounter progress, CancellationToken cancellationToken)
    {
        var sessions = new DumpSessions(context, progress, cancellationToken) { HaveLocks = true };
        try
        {
            // A child is scheduled as the thread that starts it (DedicatedThread).
            await DedicatedThread.RunAsync(() =>
            {
                foreach (var section in sections)
                {
                    sessions.dumping[section.Name] =
                        RunningDump.StartAhead(context, section.Arguments, name, progress.Add, sessions.Stopped);
                }

                for (var i = 0; i < copiers; i++)
                {
                    sessions.copying.Add(CopyWorker.StartLocking(context, tables, progress.Add, sessions.Stopped));
                }
            });
            return sessions;
        }
        catch
        {
            await sessions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Those that copy and have their locks, or failed to get them.</summary>
    public IReadOnlyCollection<CopyWorker> Copying => [.. copying];

    /// <summary>Each <c>pg_dump</c> with what it writes.</summary>
    public IReadOnlyCollection<KeyValuePair<string, RunningDump>> Dumping => [.. dumping];

    /// <summary>One that copies rows; it belongs to the caller.</summary>
    public CopyWorker TakeCopyWorker() => copying.TryTake(out var worker) ? worker : CopyWorker.Start(Context, progress.Add, Stopped);

    /// <summary>The <c>pg_dump</c> of a section; it belongs to the caller.</summary>
    public RunningDump TakeDump(SectionPiece section) =>
        dumping.TryRemove(section.Name, out var dump) ? dump : StartDump(section.Arguments);

    /// <summary>A further <c>pg_dump</c>; it belongs to the caller.</summary>
    public RunningDump StartDump(IEnumerable<string> arguments) => RunningDump.Start(
        Context, arguments, HaveLocks && FurtherLocks < Context.Options.LockTimeout ? FurtherLocks : Context.Options.LockTimeout,
        progress.Add, Stopped);

    /// <summary>Ends all of them.</summary>
    public void Stop() => stop.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await stop.CancelAsync();
        await Task.WhenAll(
            Copying.Cast<IDisposable>().Concat(Dumping.Select(dump => dump.Value))
                .Select(session => DedicatedThread.RunAsync(session.Dispose)));
        copying.Clear();
        dumping.Clear();
        stop.Dispose();
    }
}

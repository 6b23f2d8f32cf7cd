using DbGate.Storage.Streams;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// A <c>pg_dump</c> that was started, and its output. Before its first byte it has taken all its locks and read all catalogs.
/// </summary>
sealed class RunningDump : IDisposable
{
    const int FirstBlock = 64 * 1024;

    readonly TimeSpan silence;
    readonly CancellationTokenSource stop;
    readonly ChildProcess child;
    readonly WatchedOutput output;

    RunningDump(
        DumpContext context, IEnumerable<string> arguments, string? name, TimeSpan lockTimeout, Action<int>? onRead,
            CancellationToken cancellationToken)
    {
        silence = context.Options.SilenceLimit;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        child = context.StartPgDump(arguments, name, lockTimeout, stop.Token);
        output = new WatchedOutput(child, stop, silence, context.Clock, onRead);
        Output = output;
    }

    /// <summary>What it writes.</summary>
    public Stream Output { get; private set; }

    /// <summary>Completes with its first bytes, with <c>true</c>, or with its end. Only of one that was started ahead.</summary>
    public Task<bool> Begun { get; private set; } = Task.FromResult(true);

    /// <summary>Starts it.</summary>
    /// <param name="context">How it connects.</param>
    /// <param name="arguments">What it dumps.</param>
    /// <param name="lockTimeout">How long it waits for each table.</param>
    /// <param name="onRead">Told what was read.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static RunningDump Start(
        DumpContext context, IEnumerable<string> arguments, TimeSpan lockTimeout, Action<int>? onRead,
            CancellationToken cancellationToken) =>
        new(context, arguments, null, lockTimeout, onRead, cancellationToken);

    /// <summary>Starts it before its output is wanted.</summary>
    /// <param name="context">How it connects.</param>
    /// <param name="arguments">What it dumps.</param>
    /// <param name="name">Its <c>application_name</c>.</param>
    /// <param name="onRead">Told what was read.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static RunningDump StartAhead(
        DumpContext context, IEnumerable<string> arguments, string name, Action<int>? onRead, CancellationToken cancellationToken)
    {
        var dump = new RunningDump(context, arguments, name, context.Options.LockTimeout, onRead, cancellationToken);
        var first = new byte[FirstBlock];
        var read = 0;
        var reading = DedicatedThread.RunAsync(() => read = dump.output.Read(first, 0, first.Length));
        dump.Begun = reading.ContinueWith(
            done => done.IsCompletedSuccessfully && read > 0,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        dump.Output = new Rest(dump.output, reading, () => first.AsMemory(0, read));
        return dump;
    }

    /// <summary>Its output has ended: because a table stayed locked?</summary>
    public bool HasMetALock() =>
        !output.WasSilent && child.WaitAsync().GetAwaiter().GetResult() is { Succeeded: false } outcome
        && outcome.StandardError.Contains("LOCK TABLE", StringComparison.Ordinal);

    /// <summary>Waits for its end.</summary>
    /// <param name="what">What it dumps, for the error.</param>
    /// <param name="complete">Its output had the closing comment of a complete dump.</param>
    /// <returns>What it wrote although it succeeded.</returns>
    /// <exception cref="GateException">It failed.</exception>
    public string End(string what, bool complete)
    {
        if (output.WasSilent)
        {
            throw DumpProblems.Silent(what, silence);
        }

        var outcome = complete || !child.IsRunning ? child.WaitAsync().GetAwaiter().GetResult() : Drain();
        return !outcome.Succeeded ? throw DumpProblems.ReadFailed(what, "pg_dump", outcome)
            : !complete ? throw DumpProblems.Incomplete(what, "pg_dump")
            : outcome.StandardError;
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        child.DisposeAsync().AsTask().GetAwaiter().GetResult();
        output.Dispose();
        stop.Dispose();
    }

    ChildOutcome Drain()
    {
        Output.CopyTo(Stream.Null);
        return child.WaitAsync().GetAwaiter().GetResult();
    }

    // The first block, then what follows it.
    sealed class Rest(Stream output, Task reading, Func<ReadOnlyMemory<byte>> first) : ReadStream
    {
        ReadOnlyMemory<byte>? ahead;
        bool ended;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (ahead is null)
            {
                reading.GetAwaiter().GetResult();
                ahead = first();
                ended = ahead.Value.IsEmpty;
            }

            if (ahead.Value.Length is > 0 and var held)
            {
                var taken = Math.Min(held, count);
                ahead.Value[..taken].CopyTo(buffer.AsMemory(offset, taken));
                ahead = ahead.Value[taken..];
                return taken;
            }

            return ended ? 0 : output.Read(buffer, offset, count);
        }
    }
}

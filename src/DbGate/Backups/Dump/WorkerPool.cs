using System.Runtime.ExceptionServices;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// Threads of their own that take up parts, one after the other, until there are none left. The first failure stops all of them,
/// and is what is thrown.
/// </summary>
static class WorkerPool
{
    /// <summary>Runs <paramref name="work"/> for every part, and <paramref name="meanwhile"/> next to it.</summary>
    /// <param name="sessions">What the workers read with; the first failure ends them.</param>
    /// <param name="parts">What is to be done.</param>
    /// <param name="jobs">How many threads.</param>
    /// <param name="progress">Told what was read.</param>
    /// <param name="work">Does one part.</param>
    /// <param name="meanwhile">Consumes what the workers make.</param>
    /// <param name="onFailure">Called once, with the first failure, before anyone is waited for.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task RunAsync(
        DumpSessions sessions,
        IReadOnlyList<DumpPart> parts,
        int jobs,
        ProgressCounter progress,
        Action<DumpWorker, DumpPart> work,
        Func<CancellationToken, Task> meanwhile,
        Action<Exception> onFailure,
        CancellationToken cancellationToken)
    {
        Exception? first = null;
        var taken = -1;

        bool Fail(Exception reason)
        {
            if (Interlocked.CompareExchange(ref first, reason, null) is null)
            {
                onFailure(reason);
                sessions.Stop();
            }

            return true;
        }

        void Work()
        {
            try
            {
                using var worker = new DumpWorker(sessions, progress);
                for (int next; (next = Interlocked.Increment(ref taken)) < parts.Count;)
                {
                    work(worker, parts[next]);
                }
            }
            catch (Exception reason) when (Fail(reason))
            {
                // Thrown to the caller when everyone has stopped.
            }
        }

        async Task Consume()
        {
            try
            {
                await meanwhile(sessions.Stopped);
            }
            catch (Exception reason) when (Fail(reason))
            {
                // Thrown to the caller when everyone has stopped.
            }
        }

        await using var cancelled = cancellationToken.Register(() => Fail(new OperationCanceledException(cancellationToken)));
        var threads = Enumerable.Range(0, Math.Min(jobs, parts.Count)).Select(_ => DedicatedThread.RunAsync(Work));
        await Task.WhenAll([Consume(), .. threads]);
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}

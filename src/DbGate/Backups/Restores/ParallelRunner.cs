using System.Runtime.ExceptionServices;
using DbGate.Processes;

namespace DbGate.Backups.Restores;

/// <summary>Threads of their own that do something at the same time; the first failure stops all of them, and is what is thrown.</summary>
static class ParallelRunner
{
    /// <summary>Runs it so many times.</summary>
    /// <param name="count">How often.</param>
    /// <param name="work">Gets its number.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static void Run(int count, Action<int, CancellationToken> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var threads = Enumerable.Range(0, count).Select(number => DedicatedThread.RunAsync(() => Guarded(number)));
        Task.WhenAll(threads).GetAwaiter().GetResult();
        if (first is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(first);
        }

        void Guarded(int number)
        {
            try
            {
                work(number, stop.Token);
            }
            catch (Exception reason) when (Remember(reason))
            {
                // Thrown to the caller when everyone has stopped.
            }
        }

        bool Remember(Exception reason)
        {
            if (Interlocked.CompareExchange(ref first, reason, null) is null)
            {
                stop.Cancel();
            }

            return true;
        }
    }
}

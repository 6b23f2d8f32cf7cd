using System.Collections.Concurrent;
using System.Data.Common;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Service.Readiness;

/// <summary>
/// Runs the checks of <c>/ready</c> at the same time, each in a context and a session of its own, each against a deadline. What has not
/// ended by then is cancelled and counts as failed; its session is closed as soon as it lets go.
/// </summary>
sealed class TimedChecks(Settings settings, GateServices services, IReadOnlyList<ICheck> checks, TimeSpan deadline)
{
    /// <summary>
    /// So many runs of one check may still be ending; then no new one is started, so that a hanging server collects no connections.
    /// </summary>
    const int MostUnfinished = 3;

    readonly ConcurrentDictionary<ICheck, int> unfinished = new();

    readonly GateServices bounded = services with
    {
        Sessions = new SessionOptions { ConnectTimeout = deadline, CommandTimeout = deadline, CancelTimeout = TimeSpan.FromSeconds(1),
            ApplicationName = "dbgate-ready" },
    };

    /// <summary>Runs all of them; never throws, and never takes longer than the deadline.</summary>
    public async Task<IReadOnlyList<CheckReport>> RunAsync() => await Task.WhenAll(checks.Select(RunAsync));

    /// <summary>Runs that were given up and have not let go yet.</summary>
    public int Unfinished => unfinished.Values.Sum();

    async Task<CheckReport> RunAsync(ICheck check)
    {
        if (unfinished.GetValueOrDefault(check) >= MostUnfinished)
        {
            return TimedOut(check, TimeSpan.Zero);
        }

        unfinished.AddOrUpdate(check, 1, (_, count) => count + 1);
        var cancellationSource = new CancellationTokenSource(); // holds no timer: nothing to dispose
        var run = Task.Run(() => InContextAsync(check, cancellationSource.Token), CancellationToken.None);
        _ = run.ContinueWith(
            _ => unfinished.AddOrUpdate(check, 0, (_, count) => count - 1),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            return await run.WaitAsync(deadline, services.Clock);
        }
        catch (TimeoutException)
        {
            // Not waited for: a server that hangs does not answer a cancellation either.
            _ = cancellationSource.CancelAsync();
            return TimedOut(check, deadline);
        }
    }

    async Task<CheckReport> InContextAsync(ICheck check, CancellationToken cancellationSource)
    {
        var context = new GateContext(settings, bounded);
        try
        {
            return (await CheckRunner.RunAsync([check], context, cancellationSource))[0];
        }
        finally
        {
            await CloseAsync(context);
        }
    }

    /// <summary>A connection that broke may not close well; the check has stated why.</summary>
    static async Task CloseAsync(GateContext context)
    {
        try
        {
            await context.DisposeAsync();
        }
        catch (Exception fault) when (fault is DbException or IOException or GateException)
        {
            // The server closes its end by itself.
        }
    }

    CheckReport TimedOut(ICheck check, TimeSpan duration) =>
        new(check.Descriptor, CheckResult.Errored(ServiceProblems.TimeOut(check.Descriptor.Name, deadline)), duration);
}

using DbGate.Checks;
using DbGate.Releases;
using DbGate.Service.Caching;
using Microsoft.Extensions.Logging;

namespace DbGate.Service.Readiness;

/// <summary>
/// The answer to <c>/ready</c>, for everyone who asks within a period the same. A change is logged with its whole reasons.
/// </summary>
sealed partial class ReadySource
{
    readonly Cached<ReadyState> states;
    readonly ILogger log;
    string logged = "";

    /// <summary>Runs nothing before it is asked.</summary>
    public ReadySource(TimedChecks checks, PublicDetails details, TimeSpan period, TimeProvider clock, ILogger<ReadySource> log)
    {
        this.log = log;
        states = new(period, clock, async () =>
        {
            var reports = await checks.RunAsync();
            Log(reports);
            return new ReadyState(reports, [.. reports.Select(details.Of)], clock.GetUtcNow());
        });
    }

    /// <summary>How often the checks ran.</summary>
    public long Runs => states.Count;

    /// <summary>The newest state, however old; null before the first one. Does not wait.</summary>
    public ReadyState? Latest => states.Latest;

    /// <summary>The state and its age.</summary>
    public ValueTask<Aged<ReadyState>> GetAsync(CancellationToken cancellationToken) => states.GetAsync(cancellationToken);

    void Log(IReadOnlyList<CheckReport> reports)
    {
        var reasons = string.Join("; ", reports.Where(report => report.Result.IsBlocking).Select(Reason));
        if (reasons.Length == 0)
        {
            if (logged != "ready")
            {
                Ready(log);
            }
        }
        else if (logged != reasons)
        {
            NotReady(log, reasons);
        }

        logged = reasons.Length == 0 ? "ready" : reasons;
    }

    static string Reason(CheckReport report) =>
        $"{report.Check.Name}: "
        + string.Join(
            "; ",
            report.Result.Problems.Where(problem => problem.IsBlocking)
                .Select(problem => $"{problem.Code.Id} {problem.Message}{(problem.Cause is null ? "" : $" ({problem.Cause})")}"));

    [LoggerMessage(Level = LogLevel.Information, Message = "ready")]
    private static partial void Ready(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "not ready: {Reasons}")]
    private static partial void NotReady(ILogger log, string reasons);
}

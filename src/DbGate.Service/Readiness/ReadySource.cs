using DbGate.Checks;
using DbGate.Service.Caching;

namespace DbGate.Service.Readiness;

/// <summary>The answer to <c>/ready</c>, for everybody who asks within a period the same.</summary>
sealed class ReadySource
{
    readonly Cached<ReadyState> states;

    /// <summary>Runs nothing before it is asked.</summary>
    public ReadySource(TimedChecks checks, PublicDetails details, TimeSpan period, TimeProvider clock)
    {
        states = new(period, clock, async () =>
        {
            var reports = await checks.RunAsync();
            return new ReadyState(reports, [.. reports.Select(details.Of)], clock.GetUtcNow());
        });
    }

    /// <summary>How often the checks ran.</summary>
    public long Runs => states.Count;

    /// <summary>The state and its age.</summary>
    public ValueTask<Aged<ReadyState>> GetAsync(CancellationToken cancellation) => states.GetAsync(cancellation);
}

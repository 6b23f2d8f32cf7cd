using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Service.Caching;

namespace DbGate.Service.Metrics;

/// <summary>What only monitors ask for; measured at most twice a minute, for sizes and stores change slowly.</summary>
sealed class VitalsSource
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    static readonly SessionOptions Patience = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5), CommandTimeout = TimeSpan.FromSeconds(10), CancelTimeout = TimeSpan.FromSeconds(1),
        ApplicationName = "dbgate-metrics",
    };

    readonly Cached<Vitals> vitals;

    /// <summary>Measures nothing before it is asked.</summary>
    public VitalsSource(Settings settings, World world) =>
        vitals = new(Period, world.Clock, async () =>
        {
            using var deadline = new CancellationTokenSource(Deadline, world.Clock);
            await using var context = new GateContext(settings, world with { Sessions = Patience });
            return await Vitals.MeasureAsync(context, deadline.Token);
        });

    /// <summary>The newest ones; a new measurement is begun when they are old, and not waited for. Null before the first one.</summary>
    public Vitals? Latest => vitals.Latest;

    /// <summary>Waits for the first ones; null when they were not had before the deadline.</summary>
    public async Task<Vitals?> TryGetAsync(CancellationToken cancellation)
    {
        try
        {
            return (await vitals.GetAsync(cancellation)).Value;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}

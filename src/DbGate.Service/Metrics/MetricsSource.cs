using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Service.Caching;

namespace DbGate.Service.Metrics;

/// <summary>What only monitors ask for; measured at most twice a minute, for sizes and stores change slowly.</summary>
sealed class MetricsSource
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    static readonly SessionOptions Session = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5), CommandTimeout = TimeSpan.FromSeconds(10), CancelTimeout = TimeSpan.FromSeconds(1),
        ApplicationName = "dbgate-metrics",
    };

    readonly Cached<DatabaseMetrics> metrics;

    /// <summary>Measures nothing before it is asked.</summary>
    public MetricsSource(Settings settings, GateServices services) =>
        metrics = new(Period, services.Clock, async () =>
        {
            using var deadline = new CancellationTokenSource(Deadline, services.Clock);
            await using var context = new GateContext(settings, services with { Sessions = Session });
            return await DatabaseMetrics.MeasureAsync(context, deadline.Token);
        });

    /// <summary>The newest ones; a new measurement is begun when they are old, and not waited for. Null before the first one.</summary>
    public DatabaseMetrics? Latest => metrics.Latest;

    /// <summary>Waits for the first ones; null when they were not had before the deadline.</summary>
    public async Task<DatabaseMetrics?> TryGetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await metrics.GetAsync(cancellationToken)).Value;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

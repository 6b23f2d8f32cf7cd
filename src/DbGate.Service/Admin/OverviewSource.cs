using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Service.Caching;
using DbGate.Service.Metrics;
using DbGate.Service.Readiness;
using DbGate.Targets;

namespace DbGate.Service.Admin;

/// <summary>Puts the overview together. The store is listed at most once in its period; the checks have a period of their own.</summary>
sealed class OverviewSource
{
    const int MostRecords = 200;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly Settings settings;
    readonly GateServices services;
    readonly ReadySource ready;
    readonly MetricsSource metrics;
    readonly Cached<(IReadOnlyList<EvidenceRecord> Records, IReadOnlyList<Problem> Problems)> evidence;

    /// <summary>Reads nothing before it is asked.</summary>
    public OverviewSource(Settings settings, GateServices services, ReadySource ready, MetricsSource metrics)
    {
        (this.settings, this.services, this.ready, this.metrics) = (settings, services, ready, metrics);
        evidence = new(Period, services.Clock, ReadEvidenceAsync);
    }

    /// <summary>Everything there is; what cannot be read is missing, and a problem states why.</summary>
    public async Task<Overview> GetAsync(CancellationToken cancellationToken)
    {
        var (asked, measured, read) =
            (ready.GetAsync(cancellationToken).AsTask(), metrics.TryGetAsync(cancellationToken),
            evidence.GetAsync(cancellationToken).AsTask());
        var (state, age) = await asked;
        var known = await measured;
        var (records, problems) = (await read).Value;
        var (target, unresolved) = ShownTarget();
        return new(
            settings.Get(GeneralSettings.Environment).ToString().ToLowerInvariant(),
            target,
            state,
            age,
            known,
            records,
            [.. unresolved, .. known?.Problems ?? [ServiceProblems.Unavailable], .. problems],
            services.Clock.GetUtcNow());
    }

    async Task<(IReadOnlyList<EvidenceRecord>, IReadOnlyList<Problem>)> ReadEvidenceAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline, services.Clock);
        await using var context = new GateContext(settings, services);
        try
        {
            return (await EvidenceHistory.NewestAsync(context, MostRecords, deadline.Token), []);
        }
        catch (GateException fault)
        {
            return ([], [fault.Problem]);
        }
        catch (OperationCanceledException)
        {
            return ([], [ServiceProblems.TimeOut("the evidence log", Deadline)]);
        }
    }

    (string? Target, IEnumerable<Problem> Problems) ShownTarget()
    {
        try
        {
            return (Target.Resolve(settings).Url.Redacted, []);
        }
        catch (GateException fault)
        {
            return (null, [fault.Problem]);
        }
    }
}

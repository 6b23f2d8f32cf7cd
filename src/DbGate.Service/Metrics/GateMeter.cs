using System.Diagnostics.Metrics;
using DbGate.Service.Readiness;

namespace DbGate.Service.Metrics;

/// <summary>
/// The meter <c>DbGate</c>: what <c>/metrics</c> shows, and what any OpenTelemetry exporter of the application takes
/// (<c>AddMeter("DbGate")</c>). Observing never waits: it takes the newest values, and begins new ones when they are old.
/// </summary>
sealed class GateMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DbGate";

    readonly Meter meter = new(Name);

    public GateMeter(ReadySource ready, MetricsSource metrics, TimeProvider clock)
    {
        meter.CreateObservableGauge(
            "dbgate.ready", () => From(ready.Latest, state => state.IsReady ? 1 : 0), null, "1 when /ready answers 200, else 0");
        meter.CreateObservableGauge(
            "dbgate.check.ok", () => Checks(ready.Latest), null, "1 when the check holds, 0 when it does not or could not run");
        meter.CreateObservableGauge(
            "dbgate.ready.age", () => From(ready.Latest, state => Since(state.TakenAt)), "s", "age of the newest answer of /ready");
        meter.CreateObservableCounter("dbgate.ready.runs", () => ready.Runs, null, "how often the checks of /ready ran");
        meter.CreateObservableGauge(
            "dbgate.database.size", () => From(metrics.Latest, found => found.DatabaseBytes), "By", "size of the database");
        meter.CreateObservableGauge(
            "dbgate.replication.lag", () => From(metrics.Latest, found => found.ReplicationLag?.TotalSeconds), "s",
            "how far the read replica, or the slowest standby, is behind");
        meter.CreateObservableGauge(
            "dbgate.backup.age", () => From(metrics.Latest, found => Since(found.LastBackupAt)), "s", "age of the newest verified backup");
        meter.CreateObservableGauge(
            "dbgate.backup.size", () => From(metrics.Latest, found => found.LastBackupBytes), "By", "size of the newest verified backup");
        meter.CreateObservableGauge(
            "dbgate.restore_test.age", () => From(metrics.Latest, found => Since(found.LastRestoreTestAt)), "s",
            "age of the last restore test that passed");

        double? Since(DateTimeOffset? time) => time is { } known ? (clock.GetUtcNow() - known).TotalSeconds : null;
    }

    /// <summary>For a listener of this very meter.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == meter;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    static IEnumerable<Measurement<double>> From<T>(T? source, Func<T, double?> value)
        where T : class =>
        source is not null && value(source) is { } number ? [new Measurement<double>(number)] : [];

    static IEnumerable<Measurement<int>> Checks(ReadyState? state) =>
        state is null
            ? []
            : state.Reports.Select(report =>
                new Measurement<int>(report.Result.IsOk ? 1 : 0, new KeyValuePair<string, object?>("check", report.Check.Name)));
}

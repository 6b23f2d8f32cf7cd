using DbGate.Service.Readiness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DbGate.Service.HealthChecks;

/// <summary>The checks of <c>/ready</c> as one of the application's own health checks; from the same cache.</summary>
sealed class DbGateHealthCheck(ReadySource source) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (state, _) = await source.GetAsync(cancellationToken);
        var details = state.Public.ToDictionary(report => report.Check.Name, object (report) => report.Result.Details);
        return state.IsReady
            ? HealthCheckResult.Healthy("ready", details)
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                string.Join(
                    "; ",
                    state.Public.Where(report => report.Result.IsBlocking)
                        .Select(report => $"{report.Check.Name}: {report.Result.Details}")),
                data: details);
    }
}

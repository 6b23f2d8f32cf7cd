using DbGate.Service.Readiness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DbGate.Service.HealthChecks;

/// <summary>For applications that have ASP.NET Core health checks already.</summary>
public static class DbGateHealthChecks
{
    /// <summary>
    /// Adds the checks of <c>/ready</c> as one health check. Registers DbGate with the settings of the environment when it is not
    /// registered yet.
    /// </summary>
    /// <param name="builder">As <c>services.AddHealthChecks()</c> returns it.</param>
    /// <param name="name">The health check's name.</param>
    /// <param name="failureStatus">What "not ready" is reported as; null is unhealthy.</param>
    /// <param name="tags">For filters.</param>
    public static IHealthChecksBuilder AddDbGate(
        this IHealthChecksBuilder builder, string name = "dbgate", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.All(service => service.ServiceType != typeof(ReadySource)))
        {
            builder.Services.AddDbGate();
        }

        return builder.AddCheck<DbGateHealthCheck>(name, failureStatus, tags ?? []);
    }
}

using DbGate.Service.Admin;
using DbGate.Service.Metrics;
using DbGate.Service.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service;

/// <summary>Puts DbGate's endpoints into an application.</summary>
public static class DbGateEndpoints
{
    static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>GET /ready</c>, <c>GET /live</c>, <c>GET /metrics</c> and the guarded <c>/admin</c>. Needs
    /// <see cref="DbGateServices.AddDbGate(IServiceCollection, Gates.DbGateOptions?)"/>.
    /// </summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <returns>All of them, to be given further conventions.</returns>
    public static IEndpointConventionBuilder MapDbGate(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var all = endpoints.MapGroup("").WithTags("DbGate");
        all.MapMethods("/ready", Reading, ReadyEndpoint.ReadyAsync)
            .WithName("ready").WithSummary("Ready to serve: migrations applied, database safe, backups in order.")
            .Produces<ReadyBody>(StatusCodes.Status200OK)
            .Produces<ReadyBody>(StatusCodes.Status503ServiceUnavailable);
        all.MapMethods("/live", Reading, (Delegate)ReadyEndpoint.LiveAsync)
            .WithName("live").WithSummary("The process answers; no database is asked.")
            .Produces<LiveBody>();
        all.MapGet("/metrics", MetricsEndpoint.AnswerAsync)
            .WithName("metrics")
            .WithSummary("Check states, ages of backup and restore test, replication lag and database size, as Prometheus' text.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        AdminEndpoints.Map(all.MapGroup("/admin"), endpoints.ServiceProvider);
        return all;
    }
}

using DbGate.Service.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service.Admin;

/// <summary>Everything under <c>/admin</c>; the guard is before all of it.</summary>
static class AdminEndpoints
{
    public static void Map(RouteGroupBuilder admin, IServiceProvider services)
    {
        services.GetRequiredService<AdminGuard>().Protect(admin);
        foreach (var status in new[] { StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden,
            StatusCodes.Status429TooManyRequests })
        {
            admin.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(PublicProblem), ["application/json"]));
        }

        admin.MapGet("", (HttpContext http, LivePageSource page) => page.AnswerAsync(http))
            .WithName("admin")
            .WithSummary(
                "The live page: gates, backups, restore tests, releases from the evidence log, refusals of the protected database.")
            .Produces<string>(StatusCodes.Status200OK, "text/html");
        admin.MapGet(
            "/database/stats", (HttpContext http, StatisticsEndpoint endpoint, bool exact = false) => endpoint.AnswerAsync(http, exact))
            .WithName("stats")
            .WithSummary("Size of the database and rows of its tables: estimates, or with exact=true counts, written as they come.")
            .Produces<StatisticsBody>()
            .Produces<PublicProblem>(StatusCodes.Status503ServiceUnavailable);
    }
}

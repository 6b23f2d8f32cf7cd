using DbGate.Service.Readiness;
using Microsoft.AspNetCore.Http;

namespace DbGate.Service.Metrics;

/// <summary><c>GET /metrics</c>.</summary>
static class MetricsEndpoint
{
    /// <summary>The part of a scrape that may be spent on waiting; Prometheus gives 10 s in all.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Answers with what is known; what hangs is left out, and the checks tell that it does.</summary>
    public static async Task AnswerAsync(HttpContext http, ReadySource ready, MetricsSource metrics, GateMeter meter)
    {
        var measured = metrics.TryGetAsync(http.RequestAborted);
        await ready.GetAsync(http.RequestAborted);
        await Task.WhenAny(measured, Task.Delay(Timeout, http.RequestAborted));
        http.Response.ContentType = PrometheusText.ContentType;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(PrometheusText.From(meter), http.RequestAborted);
    }
}

using System.Globalization;
using DbGate.Readiness;
using Microsoft.AspNetCore.Http;

namespace DbGate.Service.Readiness;

/// <summary><c>GET /ready</c> and <c>GET /live</c>, for load balancers, orchestrators and verify-ready.</summary>
static class ReadyEndpoint
{
    static readonly ReadOnlyMemory<byte> Live = "{\"status\":\"live\"}"u8.ToArray();

    /// <summary>200 or 503 with the contract's body; the header Age reports in seconds how old the answer is.</summary>
    public static async Task ReadyAsync(HttpContext http, ReadySource source)
    {
        var (state, age) = await source.GetAsync(http.RequestAborted);
        http.Response.Headers.Age = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await WriteAsync(http, state.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, state.Body);
    }

    /// <summary>200 as long as the process answers at all; asks no database.</summary>
    public static Task LiveAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status200OK, Live);

    static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }
}

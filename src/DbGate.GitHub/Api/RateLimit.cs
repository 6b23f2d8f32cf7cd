using System.Globalization;
using System.Net;

namespace DbGate.GitHub.Api;

/// <summary>
/// What GitHub's answers state about its limits. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
/// </summary>
static class RateLimit
{
    /// <summary>What GitHub recommends where it names no time.</summary>
    static readonly TimeSpan WithoutATime = TimeSpan.FromMinutes(1);

    /// <summary>True when the request was not carried out because there were too many.</summary>
    public static bool IsHit(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.TooManyRequests
        || (response.StatusCode == HttpStatusCode.Forbidden
        && (response.Headers.RetryAfter is not null || Header(response, "x-ratelimit-remaining") == "0"));

    /// <summary>How long it wants us to stay away.</summary>
    public static TimeSpan PauseOf(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } => Positive(date - now),
        _ =>
            Header(response, "x-ratelimit-remaining") == "0"
                && long.TryParse(Header(response, "x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            ? Positive(DateTimeOffset.FromUnixTimeSeconds(Math.Min(reset, DateTimeOffset.MaxValue.ToUnixTimeSeconds())) - now)
            : WithoutATime,
    };

    static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

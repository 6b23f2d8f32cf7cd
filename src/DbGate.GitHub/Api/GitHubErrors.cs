using System.Net;
using DbGate.Reports;
using DbGate.Texts;
using Octokit;
using Polly.Timeout;

namespace DbGate.GitHub.Api;

/// <summary>What a failed request means.</summary>
static class GitHubErrors
{
    const int LongestShown = 200;

    /// <summary>GitHub understood, and refused: asking again changes nothing.</summary>
    public static bool IsRefusal(Exception exception) =>
        exception is ApiException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } refused
        && refused is not (RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException)
        && refused.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    /// <summary>The request may have had its effect: no answer came, or one that cannot be read.</summary>
    public static bool IsUncertain(Exception exception) =>
        exception is not (OperationCanceledException or ApiException { StatusCode: < HttpStatusCode.InternalServerError and not 0 });

    /// <summary>One line. A proxy's page of HTML is not shown, and never the request.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException => "it did not answer in time",
        TimeoutRejectedException => "it did not answer in time",
        AuthorizationException => "it does not accept the token (401)",
        ApiException api when api.Message.Contains('<', StringComparison.Ordinal) => $"it answered {(int)api.StatusCode}",
        ApiException { StatusCode: 0 } api => Short(api.InnerException?.Message ?? api.Message),
        ApiException api => $"{Short(api.Message)} ({(int)api.StatusCode})",
        HttpRequestException http => Short(http.Message),
        _ => $"its answer could not be read ({exception.GetType().Name})",
    };

    static string Short(string text) =>
        TextSanitizer.Line(text) is { Length: > LongestShown } line ? line[..LongestShown] + "…" : TextSanitizer.Line(text);
}

using System.Net;
using System.Security.Cryptography;
using DbGate.Resilience;
using Polly;
using Polly.Timeout;

namespace DbGate.GitHub.Api;

/// <summary>
/// Tries again what surely had no effect: a request that met a limit, and a read. A write that may have had one is for
/// <see cref="IdempotentWrites"/>, which looks first. Every pause is random in part, and none is begun that would outlast the deadline.
/// </summary>
/// <param name="retries">How often.</param>
/// <param name="clock">Time.</param>
/// <param name="end">When publishing has to be over.</param>
/// <param name="deadline">Fires at the end, or earlier when the run is cancelled. Octokit's own methods take no token.</param>
sealed class RetryHandler(RetryOptions retries, TimeProvider clock, DateTimeOffset end, CancellationToken deadline) : DelegatingHandler
{
    const int JitterMilliseconds = 1000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        var isRead = request.Method == HttpMethod.Get;
        var response = await RetryPipeline.RunAsync(
            retries,
            clock,
            limit => base.SendAsync(request, limit),
            new RetryRules<HttpResponseMessage>(outcome => MayRepeat(outcome, isRead)) { PauseOf = PauseOf },
            either.Token);
        if (RateLimit.IsHit(response))
        {
            response.StatusCode = HttpStatusCode.TooManyRequests; // GitHub says 403 too, which elsewhere means that a right is missing
        }

        return response;
    }

    bool MayRepeat(Outcome<HttpResponseMessage> outcome, bool isRead)
    {
        if (outcome.Result is { } response && RateLimit.IsHit(response))
        {
            var now = clock.GetUtcNow();
            return now + RateLimit.PauseOf(response, now) < end;
        }

        // The run was not cancelled: then it is the connection that took too long.
        return isRead
            && (outcome.Exception is HttpRequestException or TimeoutRejectedException or OperationCanceledException
            || (int?)outcome.Result?.StatusCode >= 500);
    }

    TimeSpan? PauseOf(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } response && RateLimit.IsHit(response)
        ? RateLimit.PauseOf(response, clock.GetUtcNow()) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(JitterMilliseconds))
        : null;
}

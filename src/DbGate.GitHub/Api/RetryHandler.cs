using System.Net;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DbGate.GitHub.Api;

/// <summary>
/// Tries again what surely had no effect: a request that met a limit, and a read. A write that may have had one is for
/// <see cref="Writes"/>, which looks first. Every pause is random in part, and none is begun that would outlast the deadline.
/// </summary>
sealed class RetryHandler : DelegatingHandler
{
    const int JitterMilliseconds = 1000;

    readonly ResiliencePipeline<HttpResponseMessage> pipeline;
    readonly CancellationToken deadline;

    /// <param name="patience">How often.</param>
    /// <param name="clock">Time.</param>
    /// <param name="end">When publishing has to be over.</param>
    /// <param name="deadline">Fires at the end, or earlier when the run is cancelled. Octokit's own methods take no token.</param>
    public RetryHandler(Patience patience, TimeProvider clock, DateTimeOffset end, CancellationToken deadline)
    {
        this.deadline = deadline;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        if (patience.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = patience.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = patience.FirstPause,
                MaxDelay = patience.LongestPause,
                ShouldHandle = arguments => ValueTask.FromResult(MayRepeat(arguments.Outcome, arguments.Context, clock, end)),
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } response && RateLimit.IsHit(response)
                        ? RateLimit.PauseOf(response, clock.GetUtcNow()) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(JitterMilliseconds))
                        : (TimeSpan?)null),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            });
        }

        pipeline = builder.AddTimeout(patience.AttemptTimeout).Build();
    }

    static readonly ResiliencePropertyKey<bool> IsRead = new("read");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        var context = ResilienceContextPool.Shared.Get(either.Token);
        context.Properties.Set(IsRead, request.Method == HttpMethod.Get);
        try
        {
            var response = await pipeline.ExecuteAsync(async context => await base.SendAsync(request, context.CancellationToken), context);
            if (RateLimit.IsHit(response))
            {
                response.StatusCode = HttpStatusCode.TooManyRequests; // GitHub says 403 too, which elsewhere means that a right is missing
            }

            return response;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    static bool MayRepeat(Outcome<HttpResponseMessage> outcome, ResilienceContext context, TimeProvider clock, DateTimeOffset end)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return false;
        }

        if (outcome.Result is { } response && RateLimit.IsHit(response))
        {
            var now = clock.GetUtcNow();
            return now + RateLimit.PauseOf(response, now) < end;
        }

        // Nobody has cancelled: then it is the connection that took too long.
        return context.Properties.GetValue(IsRead, false)
            && (outcome.Exception is HttpRequestException or TimeoutRejectedException or OperationCanceledException || (int?)outcome.Result?.StatusCode >= 500);
    }
}

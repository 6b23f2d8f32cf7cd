using DbGate.Resilience;
using Polly.Timeout;

namespace DbGate.Storage;

/// <summary>Tries a request to a store again while its failures are transient, or it gives no answer in time.</summary>
sealed class Retry(RetryOptions options, TimeProvider time)
{
    /// <param name="attempt">One try.</param>
    /// <param name="isTransient">Whether a failure may pass.</param>
    /// <param name="giveUp">Makes the problem when all tries failed.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt, Func<Exception, bool> isTransient, Func<RetryEnd, Exception> giveUp,
        CancellationToken cancellationToken) =>
        RetryPipeline.RunAsync(
            options,
            time,
            attempt,
            new RetryRules<T>(outcome => outcome.Exception is { } failure
                && (failure is TimeoutRejectedException || isTransient(failure))) { GiveUp = giveUp },
            cancellationToken);
}

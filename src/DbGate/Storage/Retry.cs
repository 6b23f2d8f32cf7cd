using System.Security.Cryptography;

namespace DbGate.Storage;

/// <summary>Tries a request again while its failures are transient, within the policy's bounds.</summary>
sealed class Retry(RetryPolicy policy, TimeProvider time)
{
    const int JitterSteps = 1 << 16;

    /// <summary>What stands between a caller and a store that keeps failing.</summary>
    /// <param name="Waited">Since the first try began.</param>
    /// <param name="Attempts">Tries made.</param>
    /// <param name="Last">The last failure.</param>
    public sealed record Exhausted(TimeSpan Waited, int Attempts, Exception Last);

    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt, Func<Exception, bool> isTransient, Func<Exhausted, Exception> giveUp, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await RunOnceAsync(attempt, ct);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested && (failure is TimeoutException || isTransient(failure)))
            {
                var waited = time.GetElapsedTime(start);
                var pause = policy.PauseAfter(attempts) * RandomNumberGenerator.GetInt32(JitterSteps + 1) / JitterSteps;
                if (attempts >= policy.Attempts || waited + pause >= policy.Deadline)
                {
                    throw giveUp(new(waited, attempts, failure));
                }

                await Task.Delay(pause, time, ct);
            }
        }
    }

    async Task<T> RunOnceAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(policy.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await attempt(either.Token);
        }
        catch (Exception failure) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {policy.AttemptTimeout.TotalSeconds:0.#} s", failure);
        }
    }
}

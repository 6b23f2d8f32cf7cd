using System.Security.Cryptography;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DbGate.Resilience;

/// <summary>The one way in which DbGate tries a request again: bounded tries, a limit for each, random pauses, one deadline.</summary>
static class RetryPipeline
{
    const int JitterSteps = 1 << 16;

    /// <summary>Runs until a try succeeds, fails for good, or the options end it. Then its own exception or result comes out.</summary>
    /// <param name="options">How often, and for how long.</param>
    /// <param name="clock">Measures the pauses and limits.</param>
    /// <param name="attempt">One try. A result that is followed by another try is disposed.</param>
    /// <param name="rules">What is tried again, and when.</param>
    /// <param name="cancellationToken">Ends it, also within a pause.</param>
    /// <exception cref="TimeoutRejectedException">The last try took longer than <see cref="RetryOptions.AttemptTimeout"/>.</exception>
    public static async Task<T> RunAsync<T>(
        RetryOptions options, TimeProvider clock, Func<CancellationToken, Task<T>> attempt, RetryRules<T> rules,
        CancellationToken cancellationToken)
    {
        var (start, attempts, pause) = (clock.GetTimestamp(), 0, TimeSpan.Zero);
        var builder = new ResiliencePipelineBuilder<T> { TimeProvider = clock };
        if (options.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<T>
            {
                MaxRetryAttempts = options.Attempts - 1,
                ShouldHandle = failed => ValueTask.FromResult(MayRepeat(failed.Outcome)),
                DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(pause),
                OnRetry = failed =>
                {
                    (failed.Outcome.Result as IDisposable)?.Dispose();
                    return ValueTask.CompletedTask;
                },
            });
        }

        try
        {
            return await builder.AddTimeout(options.AttemptTimeout)
                .Build()
                .ExecuteAsync(async limit => await RunOnceAsync(limit), cancellationToken);
        }
        catch (Exception failure)
            when (rules.GiveUp is not null
                && !cancellationToken.IsCancellationRequested
                && rules.MayRepeat(Outcome.FromException<T>(failure)))
        {
            throw rules.GiveUp(
                new(clock.GetElapsedTime(start), attempts, failure is TimeoutRejectedException ? NoAnswer(failure) : failure));
        }

        async Task<T> RunOnceAsync(CancellationToken limit)
        {
            attempts++;
            try
            {
                return await attempt(limit);
            }
            catch (Exception failure) when (limit.IsCancellationRequested && failure is not OperationCanceledException)
            {
                throw new OperationCanceledException(failure.Message, failure, limit);
            }
        }

        bool MayRepeat(Outcome<T> outcome)
        {
            if (cancellationToken.IsCancellationRequested || !rules.MayRepeat(outcome))
            {
                return false;
            }

            pause =
                rules.PauseOf?.Invoke(outcome)
                    ?? LongestPause(options, attempts) * RandomNumberGenerator.GetInt32(JitterSteps + 1) / JitterSteps;
            return clock.GetElapsedTime(start) + pause < options.Deadline;
        }

        TimeoutException NoAnswer(Exception failure) => new($"no answer within {options.AttemptTimeout.TotalSeconds:0.#} s", failure);
    }

    static TimeSpan LongestPause(RetryOptions options, int failures) =>
        options.FirstPause * Math.Pow(2, Math.Min(failures - 1, 30)) is var pause && pause < options.LongestPause
            ? pause
            : options.LongestPause;
}

/// <summary>What is tried again, and what becomes of the last failure.</summary>
/// <param name="MayRepeat">Whether a failure or an answer is followed by another try.</param>
sealed record RetryRules<T>(Func<Outcome<T>, bool> MayRepeat)
{
    /// <summary>The pause that an answer asks for; null takes that of the options.</summary>
    public Func<Outcome<T>, TimeSpan?>? PauseOf { get; init; }

    /// <summary>Makes the exception when all tries failed; null throws the last one.</summary>
    public Func<RetryEnd, Exception>? GiveUp { get; init; }
}

/// <summary>What is known when all tries failed.</summary>
/// <param name="Waited">Since the first try began.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="Last">The last failure.</param>
sealed record RetryEnd(TimeSpan Waited, int Attempts, Exception Last);

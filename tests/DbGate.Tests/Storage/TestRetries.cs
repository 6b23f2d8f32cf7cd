using DbGate.Resilience;
using DbGate.Storage;

namespace DbGate.Tests.Storage;

/// <summary>Retry policies for tests: the same number of tries, no pauses worth waiting for.</summary>
static class TestRetries
{
    public static RetryOptions Short { get; } =
        new() { Attempts = 4, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2) };

    public static RetryOptions WithTimeout(TimeSpan timeout) => Short with { AttemptTimeout = timeout };
}

namespace DbGate.Resilience;

/// <summary>How often, and for how long, a request over the network is tried.</summary>
sealed record RetryOptions
{
    /// <summary>Tries in all, the first one included.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>
    /// The longest pause after the first failure; doubles with each further one. The actual pause is a random part of it, so that clients
    /// that failed together do not come back together.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>No pause is longer.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one try may take, one part's upload included.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long all tries of one request may take together, pauses included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);
}

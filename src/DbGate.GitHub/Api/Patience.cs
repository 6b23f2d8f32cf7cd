namespace DbGate.GitHub.Api;

/// <summary>How often, and for how long, a request is tried.</summary>
sealed record Patience
{
    /// <summary>Tries in all.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The first pause; each further one is about twice as long, and each is random, so that clients which failed together do not
    /// come back together.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No pause is longer, but one that GitHub asks for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one try may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

namespace DbGate.Postgres;

/// <summary>How a <see cref="Session"/> connects and how long it waits.</summary>
sealed record SessionOptions
{
    /// <summary>For anyone who asks for nothing special.</summary>
    public static SessionOptions Default { get; } = new();

    /// <summary>
    /// How long to wait for a connection (name, TCP, TLS, login together); null = the URL's <c>connect_timeout</c>, else 15 s.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>How long to wait for each statement; then it is cancelled on the server too.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the server to confirm a cancelled statement; then the connection is given up.</summary>
    public TimeSpan CancelTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is in <c>pg_stat_activity.application_name</c>.</summary>
    public string ApplicationName { get; init; } = "dbgate";

    /// <summary>Refuse plain text, whatever the URL states. Unix sockets and loopback are exempt.</summary>
    public bool DemandTls { get; init; }

    /// <summary>Settings for the session, e.g. <c>lock_timeout</c>, set at connecting.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Called for each notice that the server sends (severity, text); must not throw.</summary>
    public Action<string, string>? OnNotice { get; init; }
}

namespace DbGate.Postgres;

/// <summary>
/// A connection pooler before the server. Between two transactions it may hand the backend to another client: session locks, dumps
/// and migrations break there.
/// </summary>
/// <param name="Sign">How it was recognized.</param>
/// <param name="DirectUrl">The endpoint to use instead, where it can be derived; null when only the owner knows it.</param>
sealed record Pooler(string Sign, PostgresUrl? DirectUrl)
{
    const int TransactionPoolerPort = 6543;

    /// <summary>Recognizes a pooler by the URL alone: Neon's <c>-pooler</c> hosts, port 6543, <c>pgbouncer=true</c>.</summary>
    public static Pooler? ByUrl(PostgresUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);

        var label = url.Host.Split('.')[0];
        return url switch
        {
            { IsUnixSocket: false } when label.EndsWith("-pooler", StringComparison.OrdinalIgnoreCase) =>
                new($"the host's name ends in -pooler ({url.Host})",
                    Plain(url with { Host = label[..^"-pooler".Length] + url.Host[label.Length..] })),
            { Port: TransactionPoolerPort } =>
                new($"port {TransactionPoolerPort} is a transaction pooler's", Plain(url with { Port = PostgresUrl.DefaultPort })),
            { PgBouncer: true } => new("the URL says pgbouncer=true", null),
            _ => null,
        };
    }

    /// <summary>
    /// Recognizes a pooler by asking. A direct connection's key names the very backend that answers, which costs nothing to see. Where it
    /// does not (a pooler, or a proxy that only passes on), a second connection is made: two that meet in one backend, or one that
    /// meets two, prove that transactions are pooled.
    /// </summary>
    /// <param name="session">Open, and not in a transaction.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Null for a direct connection, and for a pooler that keeps one backend per connection.</returns>
    public static async Task<Pooler?> ByAskingAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);

        var first = await BackendAsync(session, cancellationToken);
        if (first == session.BackendPid)
        {
            return null;
        }

        await using var other = await Session.OpenAsync(session.Url, SessionOptions.Default with { ApplicationName = "dbgate-probe" },
            cancellationToken);
        await other.ExecuteAsync("BEGIN", cancellationToken);
        var met = await BackendAsync(other, cancellationToken);
        var second = await BackendAsync(session, cancellationToken);
        await other.ExecuteAsync("ROLLBACK", cancellationToken);

        return met == first || second != first
            ? new("two connections share one backend, or one moves between two: something pools transactions", null)
            : null;
    }

    static Task<int> BackendAsync(Session session, CancellationToken cancellationToken) =>
        session.ScalarAsync<int>("SELECT pg_backend_pid()", cancellationToken);

    static PostgresUrl Plain(PostgresUrl url) => url.WithParameter("pgbouncer", null);
}

namespace DbGate.Postgres;

/// <summary>
/// Settings that a role or a database may carry and that would cut off or alter DbGate's own long work: time limits, read-only
/// transactions, event triggers. <c>pg_dump</c> resets the same ones.
/// </summary>
static class SessionReset
{
    static readonly (string Name, string Value, int Since)[] Limits =
    [
        ("statement_timeout", "0", 0),
        ("lock_timeout", "0", 0),
        ("idle_in_transaction_session_timeout", "0", 0),
        ("default_transaction_read_only", "off", 0),
        ("idle_session_timeout", "0", 14),
        ("transaction_timeout", "0", 17),
    ];

    /// <summary>The URL with the settings in its options, so that every client that connects by it begins with them.</summary>
    /// <param name="url">A direct connection: a pooler may refuse options.</param>
    /// <param name="session">A session with the same server and role, which knows the version and the role's permissions.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="PostgresFault">The server refused.</exception>
    public static async Task<PostgresUrl> ApplyAsync(PostgresUrl url, Session session, CancellationToken cancellationToken)
    {
        var reset = Known(session).Aggregate(url, (carrying, limit) => carrying.WithServerSetting(limit.Name, limit.Value));

        // Login triggers would run in each of DbGate's sessions, and may write or refuse.
        return session.ServerMajor >= 17
            && await session.ScalarAsync<bool>("SELECT has_parameter_privilege('event_triggers', 'SET')", cancellationToken)
            ? reset.WithServerSetting("event_triggers", "off")
            : reset;
    }

    /// <summary>Sets them in an open session.</summary>
    /// <exception cref="PostgresFault">The server refused.</exception>
    public static async Task RunAsync(Session session, CancellationToken cancellationToken)
    {
        foreach (var (name, value, _) in Known(session))
        {
            await session.ExecuteAsync($"SET {name} = {value}", cancellationToken);
        }
    }

    static IEnumerable<(string Name, string Value, int Since)> Known(Session session) =>
        Limits.Where(limit => session.ServerMajor >= limit.Since);
}

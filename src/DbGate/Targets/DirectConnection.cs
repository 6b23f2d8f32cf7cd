using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Targets;

/// <summary>A session that locks, dumps and migrations may rely on: no pooler between, a primary, writable, its identity known.</summary>
/// <param name="Session">Open until this is disposed.</param>
/// <param name="Facts">What the server states about itself.</param>
/// <param name="Identity">Which database it is.</param>
sealed record DirectConnection(Session Session, ServerFacts Facts, TargetIdentity Identity) : IAsyncDisposable
{
    /// <summary>Opens and demands all of it.</summary>
    /// <exception cref="GateException">No connection; DBG0109 a replica or read-only; DBG0039 a pooler; DBG0045 identity
    /// unknown.</exception>
    public static async Task<DirectConnection> OpenAsync(Target target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var url = target.DirectUrl;
        if (Pooler.ByUrl(url) is { } known)
        {
            throw new GateException(PostgresProblems.Pooled(url, known));
        }

        var session = await Session.OpenAsync(url, null, cancellationToken);
        try
        {
            return await Pooler.ByAskingAsync(session, cancellationToken) is { } pooler
                ? throw new GateException(PostgresProblems.Pooled(url, pooler))
                : Demand(session, await ServerFacts.ReadAsync(session, cancellationToken));
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Session.DisposeAsync();

    static DirectConnection Demand(Session session, ServerFacts facts) =>
        facts.InRecovery ? throw new GateException(TargetProblems.ReadOnly("it is a replica (pg_is_in_recovery)"))
        : facts.ReadOnly ? throw new GateException(TargetProblems.ReadOnly("default_transaction_read_only is on"))
        : new DirectConnection(session, facts, facts.RequireIdentity(session.Url));
}

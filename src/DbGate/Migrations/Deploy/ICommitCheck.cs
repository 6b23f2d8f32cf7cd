using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Compares what the transaction of a migration did with its rehearsal, directly before the commit. Only for an engine that commits itself.
/// </summary>
interface ICommitCheck
{
    /// <summary>False for a file whose text alone reports what it does to existing rows: it is not looked at.</summary>
    bool Concerns(SqlScript script);

    /// <summary>Reads what is there, on the engine's session before its first file.</summary>
    Task StartAsync(Session session, CancellationToken cancellationToken);

    /// <summary>Prepares the session, outside of a transaction, before one that is compared.</summary>
    Task BeginAsync(Session session, CancellationToken cancellationToken);

    /// <summary>Compares, in the open transaction, after its last statement.</summary>
    /// <exception cref="Problems.GateException">DBG0513: it must be rolled back.</exception>
    Task CompareAsync(Session session, Migration migration, CancellationToken cancellationToken);

    /// <summary>The transaction that was compared is committed.</summary>
    void Committed();
}

using DbGate.Migrations.Execution;
using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Deploy;

/// <summary>Commits the transactions of one file, each after it was compared.</summary>
/// <param name="check">Compares.</param>
/// <param name="session">The engine's.</param>
/// <param name="migration">The file.</param>
sealed class FileComparison(ICommitCheck check, Session session, Migration migration)
{
    // 25001 is CONCURRENTLY and its like, 2D000 a procedure that commits.
    static readonly string[] RefusesTransaction = ["25001", "2D000"];

    /// <summary>Before a transaction begins.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => check.BeginAsync(session, cancellationToken);

    /// <summary>Sends commands, compares what their transaction did, and commits it.</summary>
    public async Task CommitAsync(IReadOnlyList<string> commands, string commit, CancellationToken cancellationToken)
    {
        await session.ExecuteScriptAsync(commands, cancellationToken);
        await check.CompareAsync(session, migration, cancellationToken);
        await session.ExecuteScriptAsync([commit], cancellationToken);
        check.Committed();
    }

    /// <summary>
    /// Runs a statement that commits on its own in a transaction, as the rehearsal does; false where the server refuses that, and nothing
    /// was done.
    /// </summary>
    public async Task<bool> TryWrapAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        try
        {
            await CommitAsync([ScriptSteps.Begin, statement.Text], ScriptSteps.Commit, cancellationToken);
            return true;
        }
        catch (PostgresFault fault) when (RefusesTransaction.Contains(fault.SqlState))
        {
            await session.ExecuteAsync("rollback", cancellationToken);
            return false;
        }
    }
}

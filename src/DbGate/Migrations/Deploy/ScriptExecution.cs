using DbGate.Migrations.Execution;
using DbGate.Statements;
using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Runs a file in the transactions that <see cref="ScriptSteps"/> gives it: one for the whole file, unless the file has transaction
/// commands of its own. A file with a statement which PostgreSQL refuses inside a transaction (CREATE INDEX CONCURRENTLY) next to others
/// runs statement by statement, as with Prisma from 7.4 on.
/// </summary>
static class ScriptExecution
{
    /// <summary>How the direct engine runs a file.</summary>
    public static TransactionRule RuleFor(SqlScript script) => IsAtomic(script) ? TransactionRule.WholeFile : TransactionRule.PerStatement;

    /// <exception cref="PostgresFault">The server refused; no transaction is left open.</exception>
    public static async Task RunAsync(Session session, SqlScript script, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(session, script, cancellationToken);
        }
        catch (PostgresFault)
        {
            await session.ExecuteAsync("rollback", CancellationToken.None);
            throw;
        }
    }

    static async Task SendAsync(Session session, SqlScript script, CancellationToken cancellationToken)
    {
        var together = new List<string>();
        foreach (var step in ScriptSteps.Of(script, RuleFor(script)))
        {
            if (step.Kind != StepKind.Alone)
            {
                together.Add(step.Text);
                continue;
            }

            await session.ExecuteScriptAsync(together, cancellationToken);
            together = [];
            await RunAloneAsync(session, script.Statements[step.Index], cancellationToken);
        }

        await session.ExecuteScriptAsync(together, cancellationToken);
    }

    /// <summary>True when the file applies whole or not at all.</summary>
    public static bool IsAtomic(SqlScript script) =>
        script.Statements.Count <= 1 || !script.Statements.Any(NonTransactional.Is);

    /// <summary>
    /// An index that gives up waiting stays behind, invalid. So the deploy's lock_timeout, unlike one that the file sets, does not count
    /// here.
    /// </summary>
    static async Task RunAloneAsync(Session session, SqlStatement statement, CancellationToken cancellationToken)
    {
        var spares = NonTransactional.Is(statement)
            && await session.ScalarAsync<bool>(
                "select source = 'client' and setting <> '0' from pg_catalog.pg_settings where name = 'lock_timeout'", cancellationToken);
        if (spares)
        {
            await session.ExecuteAsync("set lock_timeout = 0", cancellationToken);
        }

        await session.ExecuteScriptAsync([statement.Text], cancellationToken);
        if (spares)
        {
            await session.ExecuteAsync("reset lock_timeout", cancellationToken);
        }
    }
}

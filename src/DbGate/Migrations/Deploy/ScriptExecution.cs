using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Statements;
using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Runs a file in the transactions that <see cref="ScriptSteps"/> gives it: one for the whole file, unless the file has transaction
/// commands of its own. A file with a statement which PostgreSQL refuses inside a transaction (CREATE INDEX CONCURRENTLY) next to others
/// runs statement by statement.
/// </summary>
static class ScriptExecution
{
    /// <summary>How the direct engine runs a file.</summary>
    public static TransactionRule RuleFor(SqlScript script) => IsAtomic(script) ? TransactionRule.WholeFile : TransactionRule.PerStatement;

    /// <exception cref="PostgresFault">The server refused; no transaction is left open.</exception>
    public static Task RunAsync(Session session, SqlScript script, CancellationToken cancellationToken) =>
        RunAsync(session, script, null, cancellationToken);

    /// <param name="session">Runs it.</param>
    /// <param name="script">The file.</param>
    /// <param name="comparison">Compares each of its transactions before the commit; null for none.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="PostgresFault">The server refused; no transaction is left open.</exception>
    /// <exception cref="Problems.GateException">What the comparison found; its transaction is open.</exception>
    public static async Task RunAsync(Session session, SqlScript script, FileComparison? comparison, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(session, script, comparison, cancellationToken);
        }
        catch (PostgresFault)
        {
            await session.ExecuteAsync("rollback", CancellationToken.None);
            throw;
        }
    }

    static async Task SendAsync(Session session, SqlScript script, FileComparison? comparison, CancellationToken cancellationToken)
    {
        var together = new List<string>();
        foreach (var step in ScriptSteps.From(script, RuleFor(script)))
        {
            if (step.Kind != StepKind.Alone)
            {
                if (comparison is not null && Commits(step.Command))
                {
                    await comparison.CommitAsync(together, step.Text, cancellationToken);
                    await (step.Command == TransactionCommand.Commit ? comparison.BeginAsync(cancellationToken) : Task.CompletedTask);
                    together = [];
                    continue;
                }

                together.Add(step.Text);
                continue;
            }

            await session.ExecuteScriptAsync(together, cancellationToken);
            together = [];
            var statement = script.Statements[step.Index];
            if (comparison is null
                || !MeasuringRules.MayBeWrapped(statement)
                || !await comparison.TryWrapAsync(statement, cancellationToken))
            {
                await RunAloneAsync(session, statement, cancellationToken);
            }
        }

        await session.ExecuteScriptAsync(together, cancellationToken);
    }

    static bool Commits(TransactionCommand command) => command is TransactionCommand.Commit or TransactionCommand.CommitAndChain;

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

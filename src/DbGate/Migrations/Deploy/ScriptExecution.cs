using DbGate.Migrations.Statements;
using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Runs a file by PostgreSQL's own rules for a script sent as one: an implicit transaction, unless the file has transaction commands of
/// its own. A file that holds, beside others, a statement which PostgreSQL refuses inside a transaction (CREATE INDEX CONCURRENTLY)
/// would always fail that way; it is run statement by statement, as Prisma does from 7.4 on.
/// </summary>
static class ScriptExecution
{
    public static async Task RunAsync(Session session, SqlScript script, CancellationToken cancellation)
    {
        if (IsAtomic(script) && !(script.Statements is [var only] && NonTransactional.Is(only)))
        {
            await session.ExecuteScriptAsync([.. script.Statements.Select(statement => statement.Text)], cancellation);
            return;
        }

        foreach (var statement in script.Statements)
        {
            await RunAloneAsync(session, statement, cancellation);
        }
    }

    /// <summary>True when the file applies whole or not at all.</summary>
    public static bool IsAtomic(SqlScript script) =>
        script.Statements.Count <= 1 || !script.Statements.Any(NonTransactional.Is);

    /// <summary>An index that gives up waiting stays behind, invalid. So the deploy's lock_timeout, unlike one that the file sets, does not count here.</summary>
    static async Task RunAloneAsync(Session session, SqlStatement statement, CancellationToken cancellation)
    {
        var spares = NonTransactional.Is(statement)
            && await session.ScalarAsync<bool>("select source = 'client' and setting <> '0' from pg_catalog.pg_settings where name = 'lock_timeout'", cancellation);
        if (spares)
        {
            await session.ExecuteAsync("set lock_timeout = 0", cancellation);
        }

        await session.ExecuteScriptAsync([statement.Text], cancellation);
        if (spares)
        {
            await session.ExecuteAsync("reset lock_timeout", cancellation);
        }
    }
}

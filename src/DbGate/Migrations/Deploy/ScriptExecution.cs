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
        if (IsAtomic(script))
        {
            await session.ExecuteScriptAsync([.. script.Statements.Select(statement => statement.Text)], cancellation);
            return;
        }

        foreach (var statement in script.Statements)
        {
            await session.ExecuteScriptAsync([statement.Text], cancellation);
        }
    }

    /// <summary>True when the file applies whole or not at all.</summary>
    public static bool IsAtomic(SqlScript script) =>
        script.Statements.Count <= 1 || !script.Statements.Any(NonTransactional.Is);
}

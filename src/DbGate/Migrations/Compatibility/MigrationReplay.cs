using System.Text.RegularExpressions;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Compatibility;

/// <summary>Where a replay had to stop.</summary>
/// <param name="Place">The statement.</param>
/// <param name="Why">The server's message.</param>
sealed record ReplayStop(BreakPlace Place, string Why);

/// <summary>
/// Applies migrations to a database that has no rows, each statement for itself, so that another session can look in between. What writes
/// rows is left out: it changes no schema, and may need rows.
/// </summary>
/// <param name="session">Of the role that deploys.</param>
/// <param name="schema">The schema of the search path.</param>
sealed partial class MigrationReplay(Session session, string schema)
{
    /// <summary>Applies one migration.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="after">Called after each statement that may have changed the schema.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Where it stopped; null when it went through.</returns>
    public async Task<ReplayStop?> RunAsync(
        PendingMigration migration, Func<BreakPlace, Task>? after, CancellationToken cancellationToken)
    {
        await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(schema)), cancellationToken);
        foreach (var (index, statement) in migration.Script.Statements.Index())
        {
            var place = new BreakPlace(migration.Name, index + 1, migration.Script.Locate(statement));
            var parsed = StatementParser.Parse(statement.Text);
            if (parsed is TransactionControl { Verb: TransactionVerb.Rollback })
            {
                return new(place, "the migration rolls back what it did, and statements are replayed one by one");
            }

            if (IsLeftOut(parsed))
            {
                continue;
            }

            try
            {
                await session.ExecuteScriptAsync([SetLocal().Replace(statement.Text, "SET ")], cancellationToken);
            }
            catch (PostgresFault fault)
            {
                return new(place, fault.MessageText);
            }

            await (after?.Invoke(place) ?? Task.CompletedTask);
        }

        return null;
    }

    static bool IsLeftOut(ParsedStatement statement) =>
        statement is TransactionControl or LockTables or Insert or Update or Delete or Merge or Truncate or WithWrites
            or RefreshMaterializedView;

    [GeneratedRegex(@"^SET\s+LOCAL\s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SetLocal();
}

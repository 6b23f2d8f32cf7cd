using System.Globalization;
using DbGate.Releases.Plans;
using DbGate.Postgres;

namespace DbGate.Releases.Rehearsals;

/// <summary>The promised losses, counted again on the target.</summary>
/// <param name="Counted">Each loss with what was found, in words.</param>
/// <param name="Exceeded">What the deploy would lose beyond what was accepted, or may lose while it is not known how much.</param>
sealed record LossRecount(IReadOnlyList<string> Counted, IReadOnlyList<string> Exceeded);

/// <summary>
/// Counts promised losses again, one query per loss, in one snapshot of a read-only transaction. A loss whose query gives only an upper
/// bound must be on a table that was not written to since the backup: otherwise its number is not known.
/// </summary>
static class PromisedLosses
{
    /// <param name="session">With the target and the deploy's search path; no transaction is open.</param>
    /// <param name="losses">The plan's.</param>
    /// <param name="before">Write counters directly before the plan's backup, by table; null when they were not read.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">The connection broke, or the time is over.</exception>
    public static async Task<LossRecount> CountAsync(
        Session session, IReadOnlyList<PlanLoss> losses, IReadOnlyDictionary<string, long>? before, CancellationToken cancellationToken)
    {
        var (counted, exceeded) = (new List<string>(), new List<string>());
        var writes = await DatabaseWrites.ReadAsync(session, cancellationToken);
        await session.ExecuteAsync("begin transaction isolation level repeatable read, read only", cancellationToken);
        try
        {
            await session.ExecuteAsync("set local row_security = off", cancellationToken); // a policy would hide rows from the count
            // the deploy's are for its own statements
            await session.ExecuteScriptAsync(["set local lock_timeout = 0", "set local statement_timeout = 0"], cancellationToken);
            foreach (var loss in losses)
            {
                if (loss.Recount is { } recount)
                {
                    var now = await TryAsync(session, recount.Sql, cancellationToken);
                    var (isMore, words) = Judge(loss, recount, now, Written(loss, before, writes?.Tables));
                    (isMore ? exceeded : counted).Add(words);
                }
            }
        }
        finally
        {
            if (session.IsOpen)
            {
                await session.ExecuteAsync("rollback", CancellationToken.None);
            }
        }

        return new LossRecount(counted, exceeded);
    }

    /// <summary>Pure.</summary>
    /// <param name="loss">As it was accepted.</param>
    /// <param name="recount">Its query, with the number of the rehearsal.</param>
    /// <param name="now">Its number on the target; null when the query failed.</param>
    /// <param name="written">Rows written to its table since the backup; null when that is not known.</param>
    internal static (bool IsMore, string Words) Judge(PlanLoss loss, PlanLossCount recount, long? now, long? written)
    {
        var isExact = recount.AtMost == loss.Number;
        return (now, written) switch
        {
            (null, _) => (true, $"{loss.Name} could not be counted again"),
            ({ } number, _) when isExact => (number > recount.AtMost, Invariant($"{loss.Name}, now {number}")),
            ({ } number, _)
                when number
                    > recount.AtMost => (true, Invariant($"{loss.Name} was counted among {recount.AtMost}, now there are {number}")),
            (_, 0) => (false, $"{loss.Name}: nothing was written to the table since the backup"),
            (_, null) => (true,
                $"{loss.Name} cannot be counted outside of the migration, and it is not known what was written to the table since the "
                    + "backup"),
            (_, { } rows) => (true, Invariant($"{loss.Name} cannot be counted outside of the migration, and {rows} ")
                + $"{(rows == 1 ? "row was" : "rows were")} written to the table since the backup"),
        };
    }

    /// <summary>Null when it is not known. Statistics that were reset are smaller than before.</summary>
    static long? Written(PlanLoss loss, IReadOnlyDictionary<string, long>? before, IReadOnlyDictionary<string, long>? now) =>
        loss.Table is { } table
            && before?.TryGetValue(table, out var then) == true
            && now?.TryGetValue(table, out var rows) == true
            && rows >= then ? rows - then : null;

    /// <summary>Null when the server refuses the query.</summary>
    static async Task<long?> TryAsync(Session session, string query, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("savepoint dbgate_count", cancellationToken);
        try
        {
            return await session.ScalarAsync<long>(query, cancellationToken);
        }
        catch (PostgresFault)
        {
            await session.ExecuteAsync("rollback to savepoint dbgate_count", cancellationToken);
            return null;
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

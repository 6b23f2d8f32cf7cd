using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>A statement that a protected database refused.</summary>
/// <param name="Serial">Counts all refusals since the installation; a gap is one whose details were overwritten before anyone read
/// them.</param>
/// <param name="At">When, by the server's clock.</param>
/// <param name="Login">Whose session it was.</param>
/// <param name="Address">Where the client was; null for a Unix socket.</param>
/// <param name="Application">What the client called itself, the first 16 characters.</param>
/// <param name="Command">PostgreSQL's name of the command, such as DROP TABLE.</param>
/// <param name="Statement">How it began; what is left of 63 characters that all these texts share.</param>
sealed record Refusal(
    long Serial, DateTimeOffset At, string Login, string? Address, string? Application, string Command, string Statement)
{
    /// <summary>One line for a person.</summary>
    public override string ToString() =>
        $"{At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {Login} from "
            + $"{Address ?? "a local socket"}{(Application is null ? "" : $" ({Application})")}: "
            + $"{Command}{(Statement.Length == 0 ? "" : $", {Statement}…")}";
}

/// <summary>The refusals of a protected database.</summary>
/// <param name="Total">All since the installation.</param>
/// <param name="Newest">The newest ones of which details are known, newest first.</param>
sealed record Refusals(long Total, IReadOnlyList<Refusal> Newest)
{
    /// <summary>
    /// Makes rows of what the database remembers, where this role may, and reads the newest. Null when the database is not protected by
    /// triggers, or this role may not read them: it needs <c>pg_monitor</c>, or to be the deploy role or the owner.
    /// </summary>
    public static async Task<Refusals?> ReadAsync(Session session, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!await session.ScalarAsync<bool>(
            """
            select coalesce(has_function_privilege(to_regprocedure('dbgate.collect_refusals()'), 'execute')
                            and has_table_privilege(to_regclass('dbgate.refusals'), 'select'), false)
            """,
            cancellationToken))
        {
            return null;
        }

        // A standby, or a session that may only read, reports what the primary has collected.
        var readOnly = await session.ScalarAsync<string>("select current_setting('transaction_read_only')", cancellationToken) == "on";
        var total = await session.ScalarAsync<long>(
            readOnly ? "select coalesce(max(serial), 0) from dbgate.refusals" : "select dbgate.collect_refusals()", cancellationToken);
        return new Refusals(total, await session.QueryAsync(
            "select serial, at, login, address, application, command, statement from dbgate.refusals order by serial desc limit $1", Read,
            cancellationToken, count));
    }

    static Refusal Read(DbDataReader row) => new(
        row.GetInt64(0), new DateTimeOffset(row.GetDateTime(1), TimeSpan.Zero), row.GetString(2), row.Optional<string>(3),
        row.Optional<string>(4), row.GetString(5), row.GetString(6));
}

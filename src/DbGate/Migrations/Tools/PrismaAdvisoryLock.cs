using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Prisma's own advisory lock, 72707369: the process that migrates holds it, and who waits for it knows that the one before has ended. It
/// is given back before its session is closed: a backend ends in its own time, and a reader of the ledger would take it for a deploy
/// under way.
/// </summary>
sealed class PrismaAdvisoryLock : IAsyncDisposable
{
    /// <summary>Prisma's own patience for it (P1002).</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Not by the process id alone: the backend may have ended, and its number be another's.
    static readonly string EndHolder = $"""
        select pg_terminate_backend(pid) from pg_locks
         where pid = $1 and locktype = 'advisory' and classid = 0 and objid = {LedgerReader.Lock} and objsubid = 1 and granted
           and database = (select oid from pg_database where datname = current_database())
        """;

    readonly Session session;

    PrismaAdvisoryLock(Session session) => this.session = session;

    /// <exception cref="GateException">DBG0509: a person holds it.</exception>
    public static async Task<PrismaAdvisoryLock> TakeAsync(Session session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (!await session.ScalarAsync<bool>($"select pg_try_advisory_lock({LedgerReader.Lock})", cancellationToken))
        {
            if (clock.GetElapsedTime(start) > Timeout)
            {
                var ledger = await LedgerReader.ReadAsync(session, "public", cancellationToken);
                throw new GateException(PrismaProblems.LockHeld(ledger.LockHolder));
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }

        return new PrismaAdvisoryLock(session);
    }

    /// <summary>
    /// Ends a backend of our own whose connection was given up, and takes the lock after it. PostgreSQL drops a cancel that comes between
    /// two statements, and a file can swallow one; then the server goes on alone, and what it does is final only when it has let go of the
    /// lock.
    /// </summary>
    /// <param name="session">Of the same role, whose backends a role may end.</param>
    /// <param name="backend">The one that was given up.</param>
    /// <param name="clock">For the wait.</param>
    /// <param name="cancellationToken">Its deadline.</param>
    /// <exception cref="GateException">DBG0509: it does not let go.</exception>
    public static async Task<PrismaAdvisoryLock> TakeOverAsync(
        Session session, int backend, TimeProvider clock, CancellationToken cancellationToken)
    {
        await session.QueryAsync(EndHolder, row => row.GetBoolean(0), cancellationToken, backend);
        return await TakeAsync(session, clock, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!session.IsOpen)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            await session.ScalarAsync<bool>($"select pg_advisory_unlock({LedgerReader.Lock})", limit.Token);
        }
        catch (Exception fault) when (fault is PostgresFault or GateException or OperationCanceledException)
        {
            // The session's end gives it back.
        }
    }
}

using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>Who holds an advisory lock, as far as the server reports this role.</summary>
/// <param name="Pid">Of the backend.</param>
/// <param name="User">Null where it may not be seen.</param>
/// <param name="ApplicationName">What the holder calls itself.</param>
/// <param name="Address">Where it comes from; null for a Unix socket, or where it may not be seen.</param>
/// <param name="ConnectedSince">When its session began, by the server's clock.</param>
/// <param name="QueryAge">How long ago its newest statement began.</param>
/// <param name="State"><c>active</c>, <c>idle</c>, <c>idle in transaction</c>.</param>
sealed record LockHolder(
    int Pid, string? User, string? ApplicationName, string? Address, DateTimeOffset? ConnectedSince, TimeSpan? QueryAge, string? State)
{
    /// <summary>Reads one out of seven columns in the order of its parameters.</summary>
    internal static LockHolder Read(DbDataReader row, int first) => new(
        row.GetInt32(first),
        row.Optional<string>(first + 1),
        row.Optional<string>(first + 2),
        row.Optional<string>(first + 3),
        row.OptionalValue<DateTime>(first + 4) is { } since ? new DateTimeOffset(since, TimeSpan.Zero) : null,
        row.OptionalValue<TimeSpan>(first + 5),
        row.Optional<string>(first + 6));

    /// <summary>One line for a person.</summary>
    public override string ToString() =>
        $"pid {Pid}, user {User ?? "unknown"}, {(string.IsNullOrEmpty(ApplicationName) ? "no application name" : ApplicationName)}, from "
            + $"{Address ?? "a local socket"}"
        + (ConnectedSince is { } since ? $", connected since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")
        + (State is null ? "" : $", {State}")
        + (QueryAge is { } age ? $", newest statement {age.TotalSeconds:0} s ago" : "");
}

/// <summary>
/// A session-level advisory lock in DbGate's own key space, so that Prisma's lock (72707369) is never touched. The server holds it per
/// database, and lets go when the session ends. Not through a pooler: there the lock would be another client's.
/// </summary>
sealed class AdvisoryLock : IAsyncDisposable
{
    /// <summary>The first of the two keys, "DBGT" in ASCII: <c>pg_locks.classid</c>.</summary>
    public const int ClassId = 0x44424754;

    const int Attempts = 3;

    readonly Session session;

    AdvisoryLock(Session session, string purpose) => (this.session, Purpose) = (session, purpose);

    /// <summary>What it protects.</summary>
    public string Purpose { get; }

    /// <summary>The second key (<c>pg_locks.objid</c>): the first four bytes of the purpose's SHA-256.</summary>
    public static int KeyOf(string purpose) => BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));

    /// <summary>Takes the lock, or reports at once who has it.</summary>
    /// <param name="session">Keeps the lock: it must stay open, and be no pooler's.</param>
    /// <param name="purpose">What is protected in this database, e.g. <c>deploy</c>.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">A person else has it: DBG0038, naming the holder.</exception>
    public static async Task<AdvisoryLock> AcquireAsync(Session session, string purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentException.ThrowIfNullOrEmpty(purpose);

        for (var attempt = 1; ; attempt++)
        {
            if (await session.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1, $2)", cancellationToken, ClassId, KeyOf(purpose)))
            {
                return new AdvisoryLock(session, purpose);
            }

            // Between the two statements the holder may have gone: then it is worth asking again.
            var holder = await ReadHolderAsync(session, purpose, cancellationToken);
            if (holder is not null || attempt == Attempts)
            {
                throw PostgresProblems.LockHeld(session.Url, purpose, holder);
            }
        }
    }

    /// <summary>Who has the lock now; null when no one does.</summary>
    public static Task<LockHolder?> ReadHolderAsync(Session session, string purpose, CancellationToken cancellationToken) =>
        ReadHolderAsync(session, KeyOf(purpose), cancellationToken);

    /// <summary>The same for a second key that is no purpose's.</summary>
    internal static async Task<LockHolder?> ReadHolderAsync(Session session, int key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);

        var holders = await session.QueryAsync(
            """
            SELECT l.pid, a.usename::text, a.application_name, a.client_addr::text, a.backend_start, now() - a.query_start, a.state
            FROM pg_locks l
            LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
              AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            row => LockHolder.Read(row, 0), cancellationToken, (long)ClassId, (long)unchecked((uint)key));

        return holders.Count == 0 ? null : holders[0];
    }

    /// <summary>Gives the lock back. A broken connection has given it back already.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!session.IsOpen)
        {
            return;
        }

        try
        {
            await session.ScalarAsync<bool>("SELECT pg_advisory_unlock($1, $2)", CancellationToken.None, ClassId, KeyOf(Purpose));
        }
        catch (Exception fault) when (fault is PostgresFault or GateException)
        {
            // In an aborted transaction or on a dying connection: the session's end gives it back.
        }
    }
}

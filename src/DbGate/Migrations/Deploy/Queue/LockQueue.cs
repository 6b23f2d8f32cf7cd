using System.Data.Common;
using System.Diagnostics;
using DbGate.Gates;
using DbGate.Migrations.Lint;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Progress;

namespace DbGate.Migrations.Deploy.Queue;

/// <summary>
/// Looks, before the first statement runs, who holds locks that conflict with those the deploy will take. A statement that waits for a lock
/// makes everyone wait who comes after it; so it is better not to begin.
/// </summary>
static class LockQueue
{
    /// <summary>Younger transactions come and go all the time; the statement's own <c>lock_timeout</c> copes with them.</summary>
    static readonly TimeSpan Passing = TimeSpan.FromSeconds(1);

    // A prepared transaction keeps the virtual number of the session that began it, until a restart; only its lock on itself reports
    // which it
    // is.
    const string Prepared = """
        with prepared as (
          select x.virtualtransaction, p.* from pg_locks x join pg_prepared_xacts p on p.transaction = x.transactionid
           where x.pid is null and x.locktype = 'transactionid')
        """;

    const string Holders = $"""
        {Prepared}
        select l.pid, coalesce(a.backend_type, 'prepared transaction ' || p.gid, 'unknown'), coalesce(a.usename, p.owner)::text,
          a.application_name, a.state,
               extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::float8, left(a.query, 200), t.name, l.mode
          from (select x.name, to_regclass(x.name)::oid as oid from unnest($1::text[]) as x(name)) t
          join pg_locks l on l.relation = t.oid and l.locktype = 'relation' and l.granted
           and l.database = (select oid from pg_database where datname = current_database())
          left join pg_stat_activity a on a.pid = l.pid
          left join prepared p on l.pid is null and p.virtualtransaction = l.virtualtransaction
         where l.pid is distinct from pg_backend_pid()
        """;

    // Tables of users only; anyone who holds none of them is in no one's way, whatever the migrations need.
    const string Anybody = $"""
        {Prepared}
        select exists (
                 select from pg_locks l left join pg_stat_activity a on a.pid = l.pid left join prepared p on l.pid is null
                   and p.virtualtransaction = l.virtualtransaction
                  where l.locktype = 'relation' and l.granted and l.relation >= 16384 and l.pid is distinct from pg_backend_pid()
                    and l.database = (select oid from pg_database where datname = current_database())
                    and coalesce(a.xact_start, p.prepared, '-infinity') <= clock_timestamp() - $1)
            or exists (
                 select from pg_stat_activity
                  where datname = current_database() and backend_xmin is not null and backend_type = 'client backend'
                    and pid <> pg_backend_pid()
                    and xact_start <= clock_timestamp() - $1)
        """;

    const string Snapshots = """
        select pid, backend_type, usename::text, application_name, state, extract(epoch
          from clock_timestamp() - xact_start)::float8, left(query, 200), null, ''
          from pg_stat_activity
         where datname = current_database() and backend_xmin is not null and backend_type = 'client backend' and pid <> pg_backend_pid()
        """;

    /// <summary>Waits, with jitter, until no one who stays holds what is needed.</summary>
    /// <param name="session">On the target.</param>
    /// <param name="needed">What the deploy will take.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="display">Shows whom it waits for.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Who is in the way and yields by itself.</returns>
    /// <exception cref="GateException">DBG0575: they are still there.</exception>
    public static async Task<IReadOnlyList<LockHolder>> WaitAsync(
        Session session, NeededLocks needed, TimeSpan limit, IProgressDisplay display, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        IProgressBar? bar = null;
        try
        {
            for (; ; )
            {
                var blockers = await FindAsync(session, needed, cancellationToken);
                var staying = blockers.Where(holder => !holder.Yields).ToArray();
                if (staying.Length == 0)
                {
                    return blockers;
                }

                if (watch.Elapsed >= limit)
                {
                    throw new GateException(DeployProblems.LocksHeld(staying, needed, limit));
                }

                bar ??= display.Begin("wait for locks", null);
                bar.Report(0, staying[0].InWords);
                await Task.Delay(Jitter.Next(), cancellationToken);
            }
        }
        finally
        {
            bar?.Dispose();
        }
    }

    /// <summary>False when no one can be in the way of any migration: then it need not be found out what they will lock.</summary>
    public static Task<bool> HoldsAnybodyAsync(Session session, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>(Anybody, cancellationToken, Passing);

    /// <summary>Who is in the way now, the oldest first; each once.</summary>
    public static async Task<IReadOnlyList<LockHolder>> FindAsync(Session session, NeededLocks needed, CancellationToken cancellationToken)
    {
        var names = needed.Locks.Select(one => one.Table).ToArray();
        var holders = names.Length == 0 ? [] : await session.QueryAsync(Holders, Read, cancellationToken, [names]);
        var snapshots = needed.WaitsForSnapshots ? await session.QueryAsync(Snapshots, Read, cancellationToken) : [];
        return Decide(needed, [.. holders, .. snapshots]);
    }

    /// <summary>Pure.</summary>
    public static IReadOnlyList<LockHolder> Decide(NeededLocks needed, IReadOnlyList<LockHolder> holders) =>
    [
        .. from holder in holders
           where holder.Age >= Passing
               && (holder.Table is null || needed.Locks.Any(one => one.Table == holder.Table && one.Mode.ConflictsWith(holder.Mode)))
           group holder by (holder.Pid, holder.Kind) into same
           let worst = same.MaxBy(holder => (holder.Table is not null, holder.Mode))
           orderby worst.Age descending
           select worst,
    ];

    static LockHolder Read(DbDataReader row) => new(
        row.IsDBNull(0) ? null : row.GetInt32(0),
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        TimeSpan.FromSeconds(row.IsDBNull(5) ? 0 : row.GetDouble(5)),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        TableLocks.Parse(row.GetString(8)));
}

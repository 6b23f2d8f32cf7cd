using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy.Queue;

/// <summary>
/// Remembers, while a deploy runs, who kept it waiting last: when a statement has timed out, the session is gone.
/// </summary>
sealed class LockWatch : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // The process that migrates directories holds this lock, with either engine.
    static readonly string Blockers = $"""
        select b.pid, b.usename::text, b.application_name, b.state, extract(epoch
          from clock_timestamp() - b.xact_start)::float8, left(b.query, 200),
               (select w.relation::regclass::text from pg_locks w where w.pid = l.pid and not w.granted and w.relation is not null limit 1)
          from pg_locks l cross join lateral unnest(pg_blocking_pids(l.pid)) as x(pid) join pg_stat_activity b on b.pid = x.pid
         where l.locktype = 'advisory' and l.classid = 0 and l.objid = {LedgerReader.Lock} and l.objsubid = 1 and l.granted
           and l.database = (select oid from pg_database where datname = current_database())
         limit 1
        """;

    readonly CancellationTokenSource ending = new();
    readonly Task watching;

    LockWatch(PostgresUrl url) => watching = WatchAsync(url);

    /// <summary>The last one seen, in words; null when no one was.</summary>
    public string? LastSeen { get; private set; }

    public static LockWatch Start(PostgresUrl url) => new(url);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await watching;
        ending.Dispose();
    }

    async Task WatchAsync(PostgresUrl url)
    {
        try
        {
            await Task.Delay(Pause, ending.Token);
            await using var session =
                await Session.OpenAsync(url, SessionOptions.Default with { ApplicationName = "dbgate watch" }, ending.Token);
            for (; ; await Task.Delay(Pause, ending.Token))
            {
                var seen = await session.QueryAsync(
                    Blockers,
                    row =>
                        $"backend {row.GetInt32(0)} ({Text(row, 1)}, {Text(row, 2)}, {Text(row, 3)}) held "
                            + $"{(row.IsDBNull(6) ? "it" : row.GetString(6))} back, its transaction "
                            + $"{(row.IsDBNull(4) ? 0 : row.GetDouble(4)):0} s old: {Text(row, 5)}",
                    ending.Token);
                LastSeen = seen.Count > 0 ? seen[0] : LastSeen;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or GateException or PostgresFault)
        {
            // Ending, or the server is gone; the deploy finds that out itself.
        }
    }

    static string Text(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);
}

using System.Collections.Concurrent;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal.Load;

/// <summary>
/// A small load next to the migrations, as an application would make it: one session reads, one writes and rolls back, so that the rows
/// stay
/// as they were. A third one samples who waits for the migration, on which table and how long.
/// </summary>
sealed class RehearsalLoad : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(10);

    const string Waiting = """
        SELECT l.pid, l.relation FROM pg_locks l
        WHERE NOT l.granted AND l.relation IS NOT NULL AND l.pid = ANY ($2::int[]) AND $1 = ANY (pg_blocking_pids(l.pid))
        """;

    readonly CancellationTokenSource ending = new();
    readonly IReadOnlyList<LoadTable> tables;
    readonly RunningStatement running;
    readonly TimeProvider clock;
    readonly int migrator;
    readonly Session[] sessions;
    readonly ConcurrentDictionary<(uint Table, string Operation, string Migration), LoadWait> waits = new();
    readonly Task working;
    long operations;

    RehearsalLoad(IReadOnlyList<LoadTable> tables, Session[] sessions, int migrator, RunningStatement running, TimeProvider clock)
    {
        (this.tables, this.sessions, this.migrator, this.running, this.clock) = (tables, sessions, migrator, running, clock);
        working =
            tables.Count == 0
                ? Task.CompletedTask
                : Task.WhenAll(WorkAsync(sessions[0], Read), WorkAsync(sessions[1], Write), SampleAsync(sessions[2]));
    }

    /// <summary>Starts it.</summary>
    /// <param name="migrator">The session that migrates.</param>
    /// <param name="observer">May read and write everything; the load connects as it does.</param>
    /// <param name="pending">What will be run: it chooses the tables.</param>
    /// <param name="running">What it is at.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<RehearsalLoad> StartAsync(
        Session migrator, Session observer, IReadOnlyList<PendingMigration> pending, RunningStatement running, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var tables = await LoadTables.ReadAsync(observer, pending, cancellationToken);
        var sessions = new List<Session>();
        try
        {
            while (sessions.Count < 3)
            {
                // Should both wait for each other, the load is what the server ends.
                sessions.Add(await Session.OpenAsync(
                    observer.Url,
                    SessionOptions.Default with
                    {
                        ApplicationName = "dbgate load",
                        CommandTimeout = TimeSpan.FromHours(1),
                        Settings = new Dictionary<string, string> { ["deadlock_timeout"] = "50ms" },
                    },
                    cancellationToken));
            }

            return new RehearsalLoad(tables, [.. sessions], migrator.BackendPid, running, clock);
        }
        catch
        {
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Ends it and reports what it saw.</summary>
    public async Task<LoadReport> EndAsync()
    {
        await ending.CancelAsync();
        await working;
        return new LoadReport(
            [.. tables.Select(table => table.Name)], Interlocked.Read(ref operations),
            [.. waits.Values.OrderByDescending(wait => wait.Longest)]);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await working;
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        ending.Dispose();
    }

    static string Read(LoadTable table) => $"SELECT * FROM {table.Name} LIMIT 1";

    // It waits for tables only: a row that the migration has locked is passed over.
    static string Write(LoadTable table) =>
        $"UPDATE {table.Name} SET {table.Column} = {table.Column} WHERE ctid = (SELECT ctid FROM {table.Name} LIMIT 1 FOR UPDATE SKIP "
            + "LOCKED)";

    async Task WorkAsync(Session session, Func<LoadTable, string> operation)
    {
        var gone = new HashSet<uint>();
        try
        {
            while (gone.Count < tables.Count)
            {
                foreach (var table in tables.Where(table => !gone.Contains(table.Oid)).ToArray())
                {
                    await session.ExecuteAsync("BEGIN", ending.Token);
                    try
                    {
                        await session.ExecuteAsync(operation(table), ending.Token);
                    }
                    catch (PostgresFault fault) when (!fault.IsTransient)
                    {
                        gone.Add(table.Oid); // dropped or renamed meanwhile
                    }
                    catch (PostgresFault)
                    {
                        // A deadlock that the server solved.
                    }

                    await session.ExecuteAsync("ROLLBACK", ending.Token);
                    Interlocked.Increment(ref operations);
                    await Task.Delay(Pause, ending.Token);
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or GateException or PostgresFault)
        {
            // Ending; or the server is gone, which the migration notices itself.
        }
    }

    async Task SampleAsync(Session session)
    {
        var since = new Dictionary<(int Pid, uint Table), (long Start, RunningStatement.Place Place)>();
        int[] workers = [sessions[0].BackendPid, sessions[1].BackendPid];
        try
        {
            for (; ; )
            {
                var now = clock.GetTimestamp();
                var seen =
                    await session.QueryAsync(
                        Waiting, row => (Pid: row.GetInt32(0), Table: row.GetFieldValue<uint>(1)), ending.Token, migrator, workers);
                foreach (var wait in since.Keys.Except(seen).ToArray())
                {
                    since.Remove(wait);
                }

                foreach (var wait in seen)
                {
                    if (running.Now is { } place && (since.TryAdd(wait, (now, place)) || since.ContainsKey(wait)))
                    {
                        Remember(wait, since[wait].Place, clock.GetElapsedTime(since[wait].Start));
                    }
                }

                await Task.Delay(Sampling, ending.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or GateException or PostgresFault)
        {
            // As above.
        }
    }

    void Remember((int Pid, uint Table) wait, RunningStatement.Place place, TimeSpan time)
    {
        if (tables.FirstOrDefault(table => table.Oid == wait.Table) is { } table)
        {
            var found =
                new LoadWait(table.Name, wait.Pid == sessions[0].BackendPid ? "reads" : "writes", place.Migration, place.Location, time);
            waits.AddOrUpdate((table.Oid, found.Operation, place.Migration), found, (_, old) => old.Longest >= time ? old : found);
        }
    }
}

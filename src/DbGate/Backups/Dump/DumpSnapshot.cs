using System.Globalization;
using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Dump;

/// <summary>
/// The connection that holds a backup together: all tables locked against being altered or dropped, one exported snapshot, and
/// the inventory read under it. The locks come before the snapshot, so that no ALTER or TRUNCATE can fall between them.
/// </summary>
sealed class DumpSnapshot : IAsyncDisposable
{
    const int FewestAttempts = 5;

    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    DumpSnapshot(Inventory inventory, DumpSessions sessions, Problem? withoutLocks) =>
        (Inventory, Sessions, WithoutLocks) = (inventory, sessions, withoutLocks);

    /// <summary>What the snapshot holds.</summary>
    public Inventory Inventory { get; }

    /// <summary>Those that read on the snapshot.</summary>
    public DumpSessions Sessions { get; }

    /// <summary>Warns why the others take their locks only when they need them; null when they have them.</summary>
    public Problem? WithoutLocks { get; }

    /// <summary>Locks, takes the snapshot, starts the sessions that read, and reads the inventory.</summary>
    /// <param name="session">Without limits of time; in its transaction afterwards. The locks end with that.</param>
    /// <param name="systemIdentifier">The cluster's, read before.</param>
    /// <param name="unsnapped">What the others read with, without snapshot and encoding.</param>
    /// <param name="sections">What <c>pg_dump</c> is to write; large objects only where there are any.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<DumpSnapshot> BeginAsync(
        Session session, string systemIdentifier, DumpContext unsnapped, IReadOnlyList<SectionPiece> sections, ProgressCounter progress,
        CancellationToken cancellationToken)
    {
        var options = unsnapped.Options;
        foreach (var setting in (string[])
        [
            "search_path TO ''", "row_security = off", "quote_all_identifiers = off",
            string.Create(CultureInfo.InvariantCulture, $"lock_timeout = {options.LockTimeout.TotalMilliseconds:0}"),
        ])
        {
            await session.ExecuteAsync($"SET {setting}", cancellationToken);
        }

        var encoding = await session.ScalarAsync<string>("SHOW server_encoding", cancellationToken);
        var reader = new InventoryReader(session, encoding!, systemIdentifier);
        var began = unsnapped.Clock.GetTimestamp();
        IReadOnlyList<string> between = [];
        var attempt = 0;
        for (; attempt < FewestAttempts || (between.Count > 0 && unsnapped.Clock.GetElapsedTime(began) < options.LockTimeout); attempt++)
        {
            progress.Stage("locking");
            between = [];
            var wanted = await reader.ReadLockableAsync(cancellationToken);
            var (room, connections) = await ReadRoomAsync(session, cancellationToken);
            var most = 1 + options.JobsOrDefault + sections.Count;
            if (!room.HoldsOneByOne(wanted.Count))
            {
                throw DumpProblems.LockTable(wanted.Count, most, room);
            }

            await session.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);

            // LOCK TABLE takes no snapshot; the first query after it does.
            if (await LockAsync(session, wanted, options.LockTimeout, () => DumpProblems.LockTable(wanted.Count, most, room),
                cancellationToken))
            {
                var snapshot = await session.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", cancellationToken);
                var locked = wanted.Select(table => table.Oid).ToHashSet();
                if ((await reader.ReadLockableAsync(cancellationToken)).All(table => locked.Contains(table.Oid)))
                {
                    progress.Stage("starting");
                    var context = unsnapped with { Snapshot = snapshot!, Encoding = encoding! };
                    var start = new Start(session, context, wanted, sections, progress);
                    var without = start.ReasonAgainstLocks(room, connections);
                    var sessions = await start.BeginAsync(without, cancellationToken);
                    try
                    {
                        // They start while the catalogs are read.
                        var inventory = await reader.ReadAsync(cancellationToken);
                        if (await start.HaveLocksAsync(sessions, cancellationToken))
                        {
                            return new(inventory, sessions, without?.Warning);
                        }
                    }
                    catch
                    {
                        await sessions.DisposeAsync();
                        throw;
                    }

                    await sessions.DisposeAsync();
                    between = start.Between;
                }
            }

            await session.ExecuteAsync("ROLLBACK", cancellationToken);
        }

        throw between.Count > 0
            ? DumpProblems.Crowded(between, attempt, unsnapped.Clock.GetElapsedTime(began))
            : DumpProblems.Changing(session.Url.Database, attempt);
    }

    /// <summary>Ends the sessions that read; the connection stays the caller's.</summary>
    public ValueTask DisposeAsync() => Sessions.DisposeAsync();

    // Before the transaction: its first query takes the snapshot.
    static async Task<(LockCapacity Room, long Connections)> ReadRoomAsync(Session session, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            """
            SELECT pg_catalog.current_setting('max_locks_per_transaction')::int8,
              pg_catalog.current_setting('max_connections')::int8 + pg_catalog.current_setting('max_prepared_transactions')::int8,
              pg_catalog.current_setting('autovacuum_max_workers')::int8 + pg_catalog.current_setting('max_worker_processes')::int8
                + pg_catalog.current_setting('max_wal_senders')::int8 + 1,
              least(
                pg_catalog.current_setting('max_connections')::int8 - pg_catalog.current_setting('superuser_reserved_connections')::int8
                  - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'),
                CASE WHEN r.rolconnlimit < 0 OR r.rolsuper THEN NULL
                  ELSE r.rolconnlimit - (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid) END,
                CASE WHEN d.datconnlimit < 0 OR r.rolsuper THEN NULL
                  ELSE d.datconnlimit - (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid) END)
            FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
            WHERE r.rolname = session_user AND d.datname = pg_catalog.current_database()
            """,
            row => (new LockCapacity(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3)), cancellationToken))[0];

    static async Task<bool> LockAsync(
        Session session, IReadOnlyList<LockableTable> tables, TimeSpan timeout, Func<GateException> full,
            CancellationToken cancellationToken)
    {
        try
        {
            foreach (var batch in tables.Chunk(500))
            {
                await session.ExecuteAsync(
                    $"LOCK TABLE ONLY {string.Join(", ONLY ", batch.Select(table => table.Quoted))} IN ACCESS SHARE MODE",
                    cancellationToken);
            }

            return true;
        }
        catch (PostgresFault fault) when (fault.SqlState is "42P01" or "3F000" or "40P01")
        {
            // Dropped since it was listed, or altered by a session that waited for another table of these.
            return false;
        }
        catch (PostgresFault fault) when (fault.SqlState is "53200")
        {
            throw full();
        }
        catch (PostgresFault fault) when (fault.SqlState is "55P03")
        {
            await session.ExecuteAsync("ROLLBACK", cancellationToken);
            throw DumpProblems.Locked(timeout, await ReadBlockersAsync(session, tables, cancellationToken));
        }
    }

    // Who has them still; what they do may hold people's data, and is left to pg_stat_activity.
    static Task<IReadOnlyList<(string Table, LockHolder Holder)>> ReadBlockersAsync(
        Session session, IReadOnlyList<LockableTable> tables, CancellationToken cancellationToken) => session.QueryAsync(
        """
        SELECT l.relation::pg_catalog.regclass::text, l.pid, a.usename::text, a.application_name, a.client_addr::text, a.backend_start,
          pg_catalog.now() - a.query_start, a.state
        FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted AND l.relation::int8 = ANY ($1)
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        ORDER BY 1, 2 LIMIT 3
        """,
        row => (row.GetString(0), LockHolder.Read(row, 1)), cancellationToken, (object)tables.Select(table => (long)table.Oid).ToArray());

    /// <summary>The sessions lock their tables when they need them.</summary>
    /// <param name="Warning">Why.</param>
    /// <param name="OneByOne">One session at a time.</param>
    sealed record LateLocks(Problem Warning, bool OneByOne);

    /// <summary>Starts the sessions that read, all at once, while the coordinator holds its locks.</summary>
    sealed class Start(
        Session session, DumpContext context, IReadOnlyList<LockableTable> tables, IReadOnlyList<SectionPiece> sections,
        ProgressCounter progress)
    {
        readonly string name = $"dbgate {RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        readonly int dumped = tables.Count(table => !table.IsOfExtension);
        readonly int copiers = Math.Min(context.Options.JobsOrDefault, tables.Count(table => table.HasRows));

        /// <summary>Who came between, after <see cref="HaveLocksAsync"/> has returned false.</summary>
        public IReadOnlyList<string> Between { get; private set; } = [];

        /// <summary>
        /// Each session's locks have a place of their own in the server's lock table. And all sessions are connected at the same time.
        /// </summary>
        public LateLocks? ReasonAgainstLocks(LockCapacity room, long connections)
        {
            var wanted = 1 + copiers + sections.Count;
            return !room.HoldsAll(tables.Count, wanted)
                ? new(DumpProblems.LateLocks(wanted, tables.Count, room), OneByOne: !room.HoldsSideBySide(tables.Count))
                : connections < wanted - 1 ? new(DumpProblems.LateLocks(wanted - 1, connections), OneByOne: false)
                : null;
        }

        /// <summary>Starts them; without locks, each only when it is wanted.</summary>
        public async Task<DumpSessions> BeginAsync(LateLocks? late, CancellationToken cancellationToken)
        {
            if (late is not null)
            {
                return DumpSessions.StartLater(
                    late.OneByOne ? context with { Options = context.Options with { Jobs = 1 } } : context, progress, cancellationToken);
            }

            var hasLargeObjects = await session.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)",
                cancellationToken);
            return await DumpSessions.StartAsync(
                context, copiers, [.. tables.Where(table => table.HasRows).Select(table => table.Bytes)],
                [.. sections.Where(section => hasLargeObjects || section.Kind != PartKind.LargeObjects)], name, progress,
                cancellationToken);
        }

        /// <summary>Waits until all of them have their locks; false when another session asked for a table before that.</summary>
        public async Task<bool> HaveLocksAsync(DumpSessions sessions, CancellationToken cancellationToken)
        {
            for (var began = context.Clock.GetTimestamp(); ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (sessions.Copying.FirstOrDefault(worker => worker.Locked is { IsCompleted: true, Result: false }) is { } failed)
                {
                    Between = await ReadWaitingAsync(cancellationToken);
                    var fault = failed.Failure("the snapshot");
                    return Between.Count > 0 || fault.Problem.Code == DumpProblems.LockedCode
                        ? Intervened(fault.Problem.Cause!)
                        : throw fault;
                }

                var over = sessions.Dumping.FirstOrDefault(dump => dump.Value.Begun is { IsCompleted: true, Result: false });
                if (over is { Value: { } ended, Key: var section })
                {
                    if (ended.HasMetALock())
                    {
                        Between = await ReadWaitingAsync(cancellationToken);
                        return Intervened("pg_dump waited for a table");
                    }

                    ended.End(section, complete: false);
                }

                var begun = sessions.Dumping.Count(dump => dump.Value.Begun.IsCompleted);
                var copying = sessions.Copying.Count(worker => !worker.Locked.IsCompleted);
                if (copying == 0 && begun == sessions.Dumping.Count)
                {
                    return true;
                }

                var states = await ReadLocksAsync(cancellationToken);
                if (states.Any(state => state.IsWaiting))
                {
                    Between = await ReadWaitingAsync(cancellationToken);
                    return Intervened("a session waited for a table");
                }

                if (copying == 0 && states.Count == sessions.Dumping.Count && states.All(state => state.Locked >= dumped))
                {
                    return true;
                }

                // In proportion to the time so far: what is found late costs little of it.
                var pause = context.Clock.GetElapsedTime(began) / 8;
                await Task.Delay(pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, cancellationToken);
            }
        }

        // It may have given up before it was looked for.
        bool Intervened(string otherwise)
        {
            Between = Between.Count > 0 ? Between : [otherwise];
            return false;
        }

        // pg_dump locks all its tables before it asks for anything about them. Within a transaction, pg_stat_activity shows what it showed
        // first.
        async Task<IReadOnlyList<(long Locked, bool IsWaiting)>> ReadLocksAsync(CancellationToken cancellationToken)
        {
            await session.ExecuteAsync("SELECT pg_catalog.pg_stat_clear_snapshot()", cancellationToken);
            return await session.QueryAsync(
                $"""
                SELECT count(*) FILTER (WHERE l.granted AND l.mode = 'AccessShareLock' AND c.relkind IN ('r', 'p') AND c.oid >= 16384
                    AND NOT {InventoryReader.MemberOfExtension}),
                  coalesce(pg_catalog.bool_or(NOT l.granted AND c.relkind IN ('r', 'p')), false)
                FROM pg_catalog.pg_stat_activity a
                JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
                WHERE a.application_name = $1 GROUP BY a.pid
                """,
                row => (row.GetInt64(0), row.GetBoolean(1)), cancellationToken, name);
        }

        async Task<IReadOnlyList<string>> ReadWaitingAsync(CancellationToken cancellationToken)
        {
            await session.ExecuteAsync("SELECT pg_catalog.pg_stat_clear_snapshot()", cancellationToken);
            return await session.QueryAsync(
                """
                SELECT l.relation::pg_catalog.regclass::text, l.pid, a.usename::text, a.application_name, a.client_addr::text,
                  a.backend_start,
                  pg_catalog.now() - a.query_start, a.state
                FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND NOT l.granted
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                ORDER BY 1, 2 LIMIT 3
                """,
                row => $"{row.GetString(0)}: {LockHolder.Read(row, 1)}", cancellationToken);
        }
    }
}

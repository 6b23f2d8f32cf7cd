using System.Globalization;
using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Providers;

/// <summary>Counts and hashes rows in the server, by several connections at once.</summary>
/// <param name="url">A direct connection.</param>
/// <param name="options">How much, and with how many connections.</param>
sealed class ContentReader(PostgresUrl url, EngineOptions options)
{
    const int LocksAtOnce = 500;
    const int MostConnections = 4;

    // Hashes are of the rows' texts, so that what shapes a text must be the same on both sides.
    static readonly string[] TextSettings =
    [
        "row_security = off", "search_path = ''", "extra_float_digits = 1", "bytea_output = 'hex'", "DateStyle = 'ISO, YMD'",
        "IntervalStyle = 'postgres'", "TimeZone = 'UTC'", "xmlbinary = 'base64'", "lc_monetary = 'C'", "client_encoding = 'UTF8'",
    ];

    const string TablesQuery = """
        SELECT c.oid, n.nspname::text, c.relname::text, coalesce(pg_catalog.pg_relation_size(c.oid), 0), c.relpersistence::text,
          c.relkind = 'r'
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
          AND n.nspname <> 'information_schema'
        ORDER BY 4 DESC, 2, 3
        """;

    // The WAL contains a sequence's value 32 steps ahead. One that cycles may be anywhere.
    const string SequencesQuery = """
        SELECT pg_catalog.format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
          increment_by * (32 + cache_size)
        FROM pg_catalog.pg_sequences
        WHERE NOT cycle
          AND pg_catalog.has_sequence_privilege(pg_catalog.format('%I.%I', schemaname, sequencename)::regclass, 'USAGE, SELECT')
          AND schemaname !~ '^pg_' AND schemaname <> 'information_schema' ORDER BY 1
        """;

    // What a physical copy contains and this comparison does not read.
    const string UnreadQuery = """
        SELECT pg_catalog.format('sequence %s, which the role may not read', c.oid::regclass)
        FROM pg_catalog.pg_class c
        WHERE CASE WHEN c.relkind = 'S' THEN NOT pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') END
        UNION ALL
        SELECT pg_catalog.format('large objects: %s are restored and not compared', count(*))
        FROM pg_catalog.pg_largeobject_metadata HAVING count(*) > 0
        """;

    int Connections => options.Jobs ?? Math.Min(MostConnections, Environment.ProcessorCount);

    /// <summary>Creates a restore point in the database and reads what is committed there at that moment.</summary>
    /// <exception cref="GateException">DBG0371, DBG0376: no restore point; DBG0381: a table cannot be read.</exception>
    public async Task<(CreatedPoint Created, EngineContent Content)> CreatePointAsync(CancellationToken cancellationToken)
    {
        await using var holder = await OpenAsync(cancellationToken);
        var before = (await ReadTablesAsync(holder, cancellationToken)).Tables;
        await holder.ExecuteAsync("BEGIN ISOLATION LEVEL READ COMMITTED", cancellationToken);
        await LockAsync(holder, before, cancellationToken);
        var earlier = await ReadSequencesAsync(holder, cancellationToken);
        var created = await RestorePoints.CreateWithSnapshotAsync(holder, options.Clock, cancellationToken);
        var content = await ReadAsync(created.Snapshot, null, [], cancellationToken);
        await holder.ExecuteAsync("COMMIT", cancellationToken);
        return (created, content with { Running = created.Running, Sequences = Between(earlier, content.Sequences) });
    }

    /// <summary>Reads the same ranges of a restored copy.</summary>
    /// <param name="expected">What was read at the restore point.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0381: a table cannot be read.</exception>
    public async Task<EngineContent> ReadCopyAsync(EngineContent expected, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);

        // A commit is written to the WAL first, and others see it a moment later. Those between the two are in the copy.
        var later = await session.QueryAsync(
            """
            SELECT (id::numeric % 4294967296)::text FROM unnest($1::text[]) AS t(id)
            WHERE CASE WHEN id::numeric < pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::numeric
              THEN pg_catalog.pg_xact_status(id::xid8) = 'committed' END
            """,
            row => row.GetString(0), cancellationToken, (object)expected.Running.ToArray());
        var found = await ReadAsync(null, expected, later, cancellationToken);
        return found with { Running = later };
    }

    async Task<EngineContent> ReadAsync(
        string? snapshot, EngineContent? expected, IReadOnlyList<string> later, CancellationToken cancellationToken)
    {
        await using var first = await OpenAsync(cancellationToken);
        await BeginAsync(first, snapshot, cancellationToken);
        var (tables, notChecked) = await ReadTablesAsync(first, cancellationToken);
        var pageSize = await first.ScalarAsync<int>("SELECT pg_catalog.current_setting('block_size')::int", cancellationToken);
        var planned = ContentPlan.Of(
            tables, options.Comparison, pageSize, RandomNumberGenerator.GetInt32);
        var same = expected?.Tables.ToDictionary(table => (table.Schema, table.Name));
        planned = same is null ? planned
            : [.. planned.Select(table => table with { Ranges = same.GetValueOrDefault((table.Schema, table.Name))?.Ranges ?? [] })];
        var sequences = await ReadSequencesAsync(first, cancellationToken);
        var sizes = tables.ToDictionary(table => (table.Schema, table.Name), table => table.Bytes);
        var read = planned.Sum(table => ContentPlan.Bytes(table, sizes[(table.Schema, table.Name)], pageSize));
        var all = tables.Sum(table => table.Bytes);
        return new()
        {
            Tables = await HashAsync(first, snapshot, planned, later, cancellationToken),
            Sequences = expected is null ? sequences : [.. sequences.Select(one => one with { Most = one.Least })],
            ReadBytes = read,
            AllBytes = all,
            Running = [],
            NotChecked =
            [
                .. notChecked,
                .. expected is null
                    ? await first.QueryAsync(UnreadQuery, row => row.GetString(0), cancellationToken)
                    : Array.Empty<string>(),
                .. read < all
                    ? [string.Create(
                        CultureInfo.InvariantCulture,
                        $"rows outside the samples: {read:N0} of {all:N0} bytes are compared (backup.comparison)")]
                    : Array.Empty<string>(),
            ],
        };
    }

    async Task<IReadOnlyList<EngineTable>> HashAsync(
        Session first, string? snapshot, IReadOnlyList<EngineTable> planned, IReadOnlyList<string> later,
        CancellationToken cancellationToken)
    {
        var tasks = planned.SelectMany((table, at) => table.Ranges.Select((range, part) => (Table: at, Part: part))).ToArray();
        var done = planned.Select(table => table.Ranges.ToArray()).ToArray();
        var others = new long[planned.Count];
        var next = -1;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        async Task WorkAsync(Session session)
        {
            for (int index; (index = Interlocked.Increment(ref next)) < tasks.Length;)
            {
                var (table, part) = tasks[index];
                (done[table][part], var skipped) = await HashAsync(session, planned[table], done[table][part], later, stop.Token);
                Interlocked.Add(ref others[table], skipped);
            }
        }

        async Task OpenAndWorkAsync()
        {
            await using var session = await OpenAsync(stop.Token);
            await BeginAsync(session, snapshot, stop.Token);
            await WorkAsync(session);
        }

        Task[] workers =
            [WorkAsync(first), .. Enumerable.Range(1, Math.Clamp(tasks.Length, 1, Connections) - 1).Select(_ => OpenAndWorkAsync())];
        try
        {
            await Task.WhenAny(Task.WhenAll(workers), FirstFailureAsync(workers));
        }
        finally
        {
            if (workers.Any(worker => worker.IsFaulted))
            {
                await stop.CancelAsync();
            }

            await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await (workers.FirstOrDefault(worker => worker.IsFaulted) ?? Task.WhenAll(workers));
        return [.. planned.Select((table, at) => table with { Ranges = done[at], Later = others[at] })];
    }

    static async Task FirstFailureAsync(Task[] workers)
    {
        var left = workers.ToList();
        while (left.Count > 0)
        {
            var ended = await Task.WhenAny(left);
            if (ended.IsFaulted)
            {
                return;
            }

            left.Remove(ended);
        }
    }

    static async Task<(EngineRange Range, long Later)> HashAsync(
        Session session, EngineTable table, EngineRange range, IReadOnlyList<string> later, CancellationToken cancellationToken)
    {
        var conditions = ((string?[])[
            range.From is { } from ? $"dbgate_row.ctid >= '({from},0)'::tid" : null,
            range.To is { } to ? $"dbgate_row.ctid < '({to},0)'::tid" : null]).OfType<string>().ToArray();
        var counted = later.Count == 0 ? "true" : $"(dbgate_row.xmin::text NOT IN ({string.Join(", ", later.Select(Sql.Literal))}))";
        var where = conditions.Length == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        try
        {
            return (await session.QueryAsync(
                $"""
                SELECT count(*) FILTER (WHERE {counted}),
                  coalesce(sum(pg_catalog.hashtextextended(dbgate_row::text COLLATE "C", 0)::numeric) FILTER (WHERE {counted}), 0)::text,
                  count(*) FILTER (WHERE NOT {counted})
                FROM ONLY {Sql.Identifier(table.Schema, table.Name)} AS dbgate_row{where}
                """,
                row => (range with { Rows = row.GetInt64(0), Hash = row.GetString(1) }, row.GetInt64(2)), cancellationToken))[0];
        }
        catch (PostgresFault fault)
        {
            throw EngineProblems.NotRead($"{table.Schema}.{table.Name}", fault.MessageText);
        }
    }

    // As they were read: the value, and where the WAL may be.
    static Task<IReadOnlyList<EngineSequence>> ReadSequencesAsync(Session session, CancellationToken cancellationToken) =>
        session.QueryAsync(
            SequencesQuery, row => new EngineSequence(row.GetString(0), row.GetInt64(1), row.GetInt64(1) + row.GetInt64(2)),
            cancellationToken);

    static IReadOnlyList<EngineSequence> Between(IReadOnlyList<EngineSequence> earlier, IReadOnlyList<EngineSequence> later)
    {
        var before = earlier.ToDictionary(one => one.Name);
        return
        [
            .. later.Where(one => before.ContainsKey(one.Name)).Select(one => (Early: before[one.Name], Late: one))
                .Select(pair => new EngineSequence(
                    pair.Late.Name,
                    Math.Min(pair.Early.Least, Math.Min(pair.Late.Least, pair.Late.Most)),
                    Math.Max(pair.Early.Least, Math.Max(pair.Late.Least, pair.Late.Most)))),
        ];
    }

    static async Task<(IReadOnlyList<ReadableTable> Tables, IReadOnlyList<string> NotChecked)> ReadTablesAsync(
        Session session, CancellationToken cancellationToken)
    {
        var all = await session.QueryAsync(
            TablesQuery,
            row => (
                Table: new ReadableTable(
                    row.GetFieldValue<uint>(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetBoolean(5)),
                IsUnlogged: row.GetString(4) == "u"),
            cancellationToken);
        var unlogged = all.Where(one => one.IsUnlogged).Select(one => $"{one.Table.Schema}.{one.Table.Name}").ToArray();
        return (
            [.. all.Where(one => !one.IsUnlogged).Select(one => one.Table)],
            unlogged.Length == 0 ? [] : [$"unlogged tables, which no physical backup contains: {EngineProblems.Some(unlogged)}"]);
    }

    static async Task LockAsync(Session session, IReadOnlyList<ReadableTable> tables, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var batch in tables.Where(table => table.IsLockable).Chunk(LocksAtOnce))
            {
                await session.ExecuteAsync(
                    $"LOCK TABLE {string.Join(", ", batch.Select(table => $"ONLY {Sql.Identifier(table.Schema, table.Name)}"))} "
                        + "IN ACCESS SHARE MODE",
                    cancellationToken);
            }
        }
        catch (PostgresFault fault)
        {
            throw EngineProblems.NotRead("a table", fault.MessageText);
        }
    }

    async Task<Session> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(
            url, SessionOptions.Default with { ApplicationName = "dbgate comparison", CommandTimeout = options.Deadline },
            cancellationToken);
        try
        {
            await SessionReset.RunAsync(session, cancellationToken);
            foreach (var setting in TextSettings)
            {
                await session.ExecuteAsync($"SET {setting}", cancellationToken);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    static async Task BeginAsync(Session session, string? snapshot, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);
        if (snapshot is not null)
        {
            await session.ExecuteAsync($"SET TRANSACTION SNAPSHOT {Sql.Literal(snapshot)}", cancellationToken);
        }
    }
}

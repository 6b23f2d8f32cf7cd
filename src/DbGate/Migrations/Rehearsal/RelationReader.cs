using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using DbGate.Migrations.Lint;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A relation as one moment has it.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Kind">As <c>pg_class.relkind</c>.</param>
/// <param name="Name">Qualified name.</param>
/// <param name="File">The number of its file; 0 for a relation without one.</param>
/// <param name="Columns">The names of its columns by number; null for a dropped one.</param>
sealed record RelationFacts(uint Oid, char Kind, string Name, long File, IReadOnlyList<string?> Columns);

/// <summary>What a transaction has done to the rows of a relation so far.</summary>
sealed record RelationCounters(long Scans, long RowsRead, long Inserted, long Updated, long Deleted)
{
    /// <summary>Nothing was done.</summary>
    public static RelationCounters None { get; } = new(0, 0, 0, 0, 0);
}

/// <summary>A relation that a transaction holds a lock on.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Mode">The strongest lock.</param>
/// <param name="Facts">As the transaction sees it; null for a dropped one, and where only its lock was read.</param>
/// <param name="Counters">As above.</param>
sealed record HeldRelation(uint Oid, TableLock Mode, RelationFacts? Facts, RelationCounters? Counters);

/// <summary>
/// Reads relations. A transaction holds a lock on everything that it has read, written, changed or dropped, so between two statements only
/// those are looked at and never the whole catalog.
/// </summary>
static class RelationReader
{
    const string Columns =
        "ARRAY(SELECT CASE WHEN NOT a.attisdropped THEN a.attname::text END FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND "
            + "a.attnum > 0 ORDER BY a.attnum)";

    const string Facts =
        $"c.relkind::text, pg_catalog.format('%I.%I', n.nspname, c.relname), coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint, "
            + $"{Columns}";

    const string Counted = "c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    const string Everything =
        $"SELECT c.oid, {Facts} FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {Counted}";

    // 16384 is the first number that is not PostgreSQL's own.
    const string Locked =
        "l.granted AND l.locktype = 'relation' AND l.relation >= 16384 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE "
            + "datname = pg_catalog.current_database())";

    // Each relation is looked up by its number (OFFSET 0 keeps the planner from joining the whole catalog); indexes and sequences are left
    // out before that.
    const string Own = $"""
        WITH held AS MATERIALIZED (
          SELECT l.relation, pg_catalog.array_agg(l.mode) AS modes FROM pg_catalog.pg_locks l
          WHERE l.pid = pg_catalog.pg_backend_pid() AND {Locked} GROUP BY l.relation)
        SELECT h.relation, h.modes, r.* FROM held h
          LEFT JOIN LATERAL (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = h.relation OFFSET 0) k ON true
          LEFT JOIN LATERAL (
            SELECT c.oid, {Facts}, {Counted}, {XactCounters}
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = h.relation OFFSET 0) r ON true
        WHERE k.relkind IS NULL OR k.relkind IN ('r', 'p', 'm', 'v', 'f')
        """;

    const string XactCounters = """
        pg_catalog.pg_stat_get_xact_numscans(c.oid), pg_catalog.pg_stat_get_xact_tuples_returned(c.oid),
          pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),
        pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)
        """;

    // The server adds up the counters of several transactions until it reports them, at most once a second and never within a transaction.
    const string Unreported = $"""
        SELECT * FROM (SELECT c.oid, {XactCounters} FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384)
          AS counted (oid, scans, returned, inserted, updated, deleted)
        WHERE scans + returned + inserted + updated + deleted > 0
        """;

    const string UnreportedOfSome = $"""
        SELECT * FROM (SELECT c.oid, {XactCounters} FROM pg_catalog.unnest($1::pg_catalog.oid[]) c (oid))
          AS counted (oid, scans, returned, inserted, updated, deleted)
        WHERE scans + returned + inserted + updated + deleted > 0
        """;

    /// <summary>
    /// As <see cref="ReadOwnAsync"/>, for a session that only a query can be sent through: one row with one text.
    /// </summary>
    public const string OwnAsJson = $"""
        SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(a, b, c, d, e, f, g, h, i, j, k, l, m))::text, '[]')
        FROM ({Own}) AS own (a, b, c, d, e, f, g, h, i, j, k, l, m)
        """;

    /// <summary>As <see cref="ReadUnreportedAsync"/>, in the same way.</summary>
    public const string UnreportedAsJson = $"""
        SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(oid, scans, returned, inserted, updated, deleted))::text, '[]')
        FROM ({Unreported}) AS unreported
        """;

    // From PostgreSQL 15 on a session can be told to report at its next chance.
    const string Report = "SELECT pg_catalog.pg_stat_force_next_flush()";
    const int FirstThatReports = 15;

    const string Held = $"SELECT l.relation, l.mode FROM pg_catalog.pg_locks l WHERE l.pid = $1 AND {Locked}";

    /// <summary>All relations, by number, as another session has committed them.</summary>
    public static async Task<IReadOnlyDictionary<uint, RelationFacts>> ReadAllAsync(Session session, CancellationToken cancellationToken) =>
        (await session.QueryAsync(Everything, row => ReadFacts(row, 0), cancellationToken)).ToDictionary(relation => relation.Oid);

    /// <summary>
    /// The relations that the session's own transaction has locked. Only for a session whose transaction has run a query before.
    /// </summary>
    public static async Task<IReadOnlyList<HeldRelation>> ReadOwnAsync(Session session, CancellationToken cancellationToken) =>
        [.. (await session.QueryAsync(Own, ReadOwn, cancellationToken)).OfType<HeldRelation>()];

    /// <summary>
    /// What the session's counters hold from earlier transactions, by relation; asked in the transaction, before its first statement that
    /// counts.
    /// </summary>
    /// <param name="session">Runs the transaction.</param>
    /// <param name="among">The relations that can have any; null for all.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyDictionary<uint,
        RelationCounters>> ReadUnreportedAsync(Session session, IReadOnlySet<uint>? among, CancellationToken cancellationToken)
    {
        if (among is { Count: 0 })
        {
            return new Dictionary<uint, RelationCounters>();
        }

        var rows = among is null
            ? await session.QueryAsync(Unreported, ReadUnreported, cancellationToken)
            : await session.QueryAsync(
                UnreportedOfSome, ReadUnreported, cancellationToken,
                    (object)among.Select(oid => oid.ToString(CultureInfo.InvariantCulture)).ToArray());
        return rows.ToDictionary(one => one.Oid, one => one.Counters);
    }

    /// <summary>Lets the session report its counters, outside of a transaction; false where the server cannot.</summary>
    public static async Task<bool> ReportAsync(Session session, CancellationToken cancellationToken)
    {
        if (session.ServerMajor < FirstThatReports)
        {
            return false;
        }

        await session.ExecuteAsync(Report, cancellationToken);
        return true;
    }

    /// <summary>The locks of another session's transaction.</summary>
    public static async Task<IReadOnlyList<HeldRelation>> ReadLocksAsync(Session observer, int backend,
        CancellationToken cancellationToken) =>
        [
            .. (await observer.QueryAsync(
                Held, row =>
                    new HeldRelation(row.GetFieldValue<uint>(0), TableLocks.Parse(row.GetString(1)), null, null), cancellationToken,
                        backend))
                .GroupBy(held => held.Oid, (_, modes) => modes.MaxBy(held => held.Mode)!),
        ];

    static HeldRelation? ReadOwn(DbDataReader row)
    {
        const int Relation = 2;
        var (oid, mode) = (row.GetFieldValue<uint>(0), row.GetFieldValue<string[]>(1).Max(TableLocks.Parse));
        return row.IsDBNull(Relation) ? new HeldRelation(oid, mode, null, null)
            : !row.GetBoolean(Relation + 5) ? null
            : new HeldRelation(oid, mode, ReadFacts(row, Relation), ReadCounters(row, Relation + 6));
    }

    /// <summary>The answer to <see cref="OwnAsJson"/>.</summary>
    public static IReadOnlyList<HeldRelation> ReadOwn(string? json)
    {
        using var document = JsonDocument.Parse(json ?? "[]");
        return [.. document.RootElement.EnumerateArray().Select(row => ReadOwn([.. row.EnumerateArray()])).OfType<HeldRelation>()];
    }

    /// <summary>The answer to <see cref="UnreportedAsJson"/>.</summary>
    public static IReadOnlyDictionary<uint, RelationCounters> ReadUnreported(string? json)
    {
        using var document = JsonDocument.Parse(json ?? "[]");
        return document.RootElement.EnumerateArray().ToDictionary(
            row => Oid(row[0]), row => ReadCounters([.. row.EnumerateArray().Skip(1)]));
    }

    static HeldRelation? ReadOwn(JsonElement[] row)
    {
        const int Relation = 2;
        var (oid, mode) = (Oid(row[0]), row[1].EnumerateArray().Max(one => TableLocks.Parse(one.GetString()!)));
        if (row[Relation].ValueKind == JsonValueKind.Null)
        {
            return new HeldRelation(oid, mode, null, null);
        }

        return row[Relation + 5].GetBoolean()
            ? new HeldRelation(
                oid, mode,
                new RelationFacts(
                    Oid(row[Relation]), row[Relation + 1].GetString()![0], row[Relation + 2].GetString()!, row[Relation + 3].GetInt64(),
                    [.. row[Relation + 4].EnumerateArray().Select(name => name.GetString())]),
                ReadCounters(row[(Relation + 6)..]))
            : null;
    }

    static RelationCounters ReadCounters(JsonElement[] row) =>
        new(row[0].GetInt64(), row[1].GetInt64(), row[2].GetInt64(), row[3].GetInt64(), row[4].GetInt64());

    // JSON of PostgreSQL writes an oid as a text.
    static uint Oid(JsonElement value) => uint.Parse(value.ToString(), CultureInfo.InvariantCulture);

    static (uint Oid, RelationCounters Counters) ReadUnreported(DbDataReader row) => (row.GetFieldValue<uint>(0), ReadCounters(row, 1));

    static RelationCounters ReadCounters(DbDataReader row, int first) =>
        new(row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3), row.GetInt64(first + 4));

    static RelationFacts ReadFacts(DbDataReader row, int first) => new(
        row.GetFieldValue<uint>(first),
        row.GetString(first + 1)[0],
        row.GetString(first + 2),
        row.GetInt64(first + 3),
        row.GetFieldValue<string?[]>(first + 4));
}

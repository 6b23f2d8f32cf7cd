using System.Data.Common;
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
sealed record RelationCounters(long Scans, long RowsRead, long Inserted, long Updated, long Deleted);

/// <summary>A relation that a transaction holds a lock on.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Mode">The strongest lock.</param>
/// <param name="Facts">As the transaction sees it; null for a dropped one, and where only its lock was read.</param>
/// <param name="Counters">As above.</param>
sealed record HeldRelation(uint Oid, TableLock Mode, RelationFacts? Facts, RelationCounters? Counters);

/// <summary>
/// Reads relations. A transaction holds a lock on everything that it has read, written, changed or dropped, so between two statements only those
/// are looked at and never the whole catalog.
/// </summary>
static class RelationReader
{
    const string Columns = "ARRAY(SELECT CASE WHEN NOT a.attisdropped THEN a.attname::text END FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)";

    const string Facts = $"c.relkind::text, pg_catalog.format('%I.%I', n.nspname, c.relname), coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint, {Columns}";

    const string Counted = "c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    const string Everything = $"SELECT c.oid, {Facts} FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {Counted}";

    // 16384 is the first number that is not PostgreSQL's own.
    const string Locked = "l.granted AND l.locktype = 'relation' AND l.relation >= 16384 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

    const string Own = $"""
        SELECT l.relation, l.mode, r.* FROM pg_catalog.pg_locks l LEFT JOIN (
          SELECT c.oid, {Facts}, {Counted}, {XactCounters}
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace) r ON r.oid = l.relation
        WHERE l.pid = pg_catalog.pg_backend_pid() AND {Locked}
        """;

    const string XactCounters = """
        pg_catalog.pg_stat_get_xact_numscans(c.oid), pg_catalog.pg_stat_get_xact_tuples_returned(c.oid), pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),
        pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)
        """;

    // The server adds up the counters of several transactions until it reports them, at most once a second and never within a transaction.
    const string Unreported = $"""
        SELECT * FROM (SELECT c.oid, {XactCounters} FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384)
          AS counted (oid, scans, returned, inserted, updated, deleted)
        WHERE scans + returned + inserted + updated + deleted > 0
        """;

    const string Held = $"SELECT l.relation, l.mode FROM pg_catalog.pg_locks l WHERE l.pid = $1 AND {Locked}";

    /// <summary>All relations, by number, as another session has committed them.</summary>
    public static async Task<IReadOnlyDictionary<uint, RelationFacts>> ReadAllAsync(Session session, CancellationToken ct) =>
        (await session.QueryAsync(Everything, row => ReadFacts(row, 0), ct)).ToDictionary(relation => relation.Oid);

    /// <summary>The relations that the session's own transaction has locked. Only for a session whose transaction has run a query before.</summary>
    public static async Task<IReadOnlyList<HeldRelation>> ReadOwnAsync(Session session, CancellationToken ct) =>
        Strongest(await session.QueryAsync(Own, ReadOwn, ct));

    /// <summary>What the session's counters hold from earlier transactions, by relation; asked in the transaction, before its first statement that counts.</summary>
    public static async Task<IReadOnlyDictionary<uint, RelationCounters>> ReadUnreportedAsync(Session session, CancellationToken ct) =>
        (await session.QueryAsync(Unreported, row => (Oid: row.GetFieldValue<uint>(0), Counters: ReadCounters(row, 1)), ct)).ToDictionary(one => one.Oid, one => one.Counters);

    /// <summary>The locks of another session's transaction.</summary>
    public static async Task<IReadOnlyList<HeldRelation>> ReadLocksAsync(Session observer, int backend, CancellationToken ct) =>
        Strongest(await observer.QueryAsync(Held, row => new HeldRelation(row.GetFieldValue<uint>(0), TableLocks.Parse(row.GetString(1)), null, null), ct, backend));

    static List<HeldRelation> Strongest(IEnumerable<HeldRelation?> locks) =>
        [.. locks.OfType<HeldRelation>().GroupBy(held => held.Oid, (_, modes) => modes.MaxBy(held => held.Mode)!)];

    static HeldRelation? ReadOwn(DbDataReader row)
    {
        const int Relation = 2;
        var (oid, mode) = (row.GetFieldValue<uint>(0), TableLocks.Parse(row.GetString(1)));
        return row.IsDBNull(Relation) ? new HeldRelation(oid, mode, null, null)
            : !row.GetBoolean(Relation + 5) ? null
            : new HeldRelation(oid, mode, ReadFacts(row, Relation), ReadCounters(row, Relation + 6));
    }

    static RelationCounters ReadCounters(DbDataReader row, int first) =>
        new(row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3), row.GetInt64(first + 4));

    static RelationFacts ReadFacts(DbDataReader row, int first) => new(
        row.GetFieldValue<uint>(first),
        row.GetString(first + 1)[0],
        row.GetString(first + 2),
        row.GetInt64(first + 3),
        row.GetFieldValue<string?[]>(first + 4));
}

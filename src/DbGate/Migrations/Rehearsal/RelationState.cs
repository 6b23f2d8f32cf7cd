using System.Data.Common;
using DbGate.Migrations.Lint;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>The tables and the session's locks between two statements of a transaction.</summary>
/// <param name="Relations">By number.</param>
/// <param name="Locks">The strongest lock that the session holds on each.</param>
sealed record RelationState(IReadOnlyDictionary<uint, RelationCounters> Relations, IReadOnlyDictionary<uint, TableLock> Locks)
{
    const string Tables = """
        SELECT c.oid, format('%I.%I', n.nspname, c.relname), coalesce(pg_relation_filenode(c.oid), 0)::bigint,
               pg_stat_get_xact_numscans(c.oid), pg_stat_get_xact_tuples_returned(c.oid), pg_stat_get_xact_tuples_inserted(c.oid),
               pg_stat_get_xact_tuples_updated(c.oid), pg_stat_get_xact_tuples_deleted(c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        """;

    const string Held = "SELECT relation, mode FROM pg_locks WHERE pid = $1 AND granted AND relation IS NOT NULL AND relation >= 16384";

    public static async Task<RelationState> ReadAsync(Session session, CancellationToken ct)
    {
        var relations = await session.QueryAsync(Tables, Read, ct);
        return new RelationState(relations.ToDictionary(relation => relation.Oid), await LocksAsync(session, session.BackendPid, ct));
    }

    /// <summary>The locks of a session, seen from itself or from another one.</summary>
    public static async Task<IReadOnlyDictionary<uint, TableLock>> LocksAsync(Session session, int backend, CancellationToken ct) =>
        (await session.QueryAsync(Held, row => (Oid: row.GetFieldValue<uint>(0), Mode: TableLocks.Parse(row.GetString(1))), ct, backend))
        .GroupBy(held => held.Oid, held => held.Mode)
        .ToDictionary(held => held.Key, held => held.Max());

    /// <summary>What happened since an earlier state of the same transaction.</summary>
    public StatementMeasurement Since(RelationState before, StatementMeasurement measurement)
    {
        var rewritten = RewrittenSince(before);
        return measurement with
        {
            Locks = LocksSince(before),
            Rewritten = [.. rewritten.Select(relation => relation.Name)],
            RewrittenTables = [.. rewritten.Select(relation => relation.Oid)],
            Activity = [.. ActivitySince(before)],
        };
    }

    // A lock on a table that the statement itself created keeps nobody waiting.
    List<MeasuredLock> LocksSince(RelationState before) =>
    [
        .. from held in Locks
           where before.Relations.ContainsKey(held.Key) && held.Value > before.Locks.GetValueOrDefault(held.Key)
           let name = before.Relations[held.Key].Name
           orderby held.Value descending, name
           select new MeasuredLock(name, held.Value) { Oid = held.Key },
    ];

    List<RelationCounters> RewrittenSince(RelationState before) =>
    [
        .. from relation in before.Relations.Values
           where Relations.TryGetValue(relation.Oid, out var now) && now.File != relation.File
           orderby relation.Name
           select relation,
    ];

    IEnumerable<TableActivity> ActivitySince(RelationState before) =>
        from now in Relations.Values
        let was = before.Relations.GetValueOrDefault(now.Oid)
        let activity = new TableActivity(
            now.Oid,
            now.Name,
            More(now.Scans, was?.Scans),
            More(now.RowsRead, was?.RowsRead),
            More(now.Inserted, was?.Inserted),
            More(now.Updated, was?.Updated),
            More(now.Deleted, was?.Deleted))
        where activity is not { Scans: 0, RowsRead: 0, Inserted: 0, Updated: 0, Deleted: 0 }
        orderby now.Name
        select activity;

    // A TRUNCATE sets the counters of its transaction back.
    static long More(long now, long? before) => Math.Max(0, now - (before ?? 0));

    static RelationCounters Read(DbDataReader row) => new(
        row.GetFieldValue<uint>(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.GetInt64(5),
        row.GetInt64(6),
        row.GetInt64(7));
}

/// <summary>A table's file and what the transaction has done to its rows so far.</summary>
sealed record RelationCounters(uint Oid, string Name, long File, long Scans, long RowsRead, long Inserted, long Updated, long Deleted);

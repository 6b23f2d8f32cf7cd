using DbGate.Migrations.Compatibility;
using DbGate.Postgres;

namespace DbGate.Releases.Compatibility;

/// <summary>Reads how much each table of the target is used: the server counts that without any extension.</summary>
static class TableUse
{
    const int Most = 10_000;

    public static async Task<DatabaseActivity> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        var tables = await session.QueryAsync(
            $"""
            SELECT t.schemaname || '.' || t.relname, coalesce(t.seq_scan, 0) + coalesce(t.idx_scan, 0) AS scans,
              t.n_tup_ins + t.n_tup_upd + t.n_tup_del AS writes
            FROM pg_catalog.pg_stat_user_tables t
            ORDER BY 2 DESC, 3 DESC, 1 LIMIT {Most}
            """,
            row => new TableActivity(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken);

        // Without a reset the counters are as old as the database, which no view states.
        var seconds = await session.ScalarAsync<double?>(
            """
            SELECT extract(epoch FROM pg_catalog.clock_timestamp() - d.stats_reset)::float8 FROM pg_catalog.pg_stat_database d
            WHERE d.datname = pg_catalog.current_database()
            """,
            cancellationToken);
        return new([.. tables.Where(table => table.Scans + table.Writes > 0)], seconds > 0 ? seconds : null);
    }
}

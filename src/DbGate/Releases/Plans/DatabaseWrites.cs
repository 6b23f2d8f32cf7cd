using DbGate.Postgres;

namespace DbGate.Releases.Plans;

/// <summary>How much a database had been written to at one moment.</summary>
/// <param name="Total">Over all of its tables.</param>
/// <param name="Tables">Rows inserted, updated and deleted by qualified name.</param>
/// <param name="At">The moment, by the database's clock.</param>
sealed record DatabaseWrites(WriteCounters Total, IReadOnlyDictionary<string, long> Tables, DateTimeOffset At)
{
    const string Counters = """
        select format('%I.%I', schemaname, relname), n_tup_ins + n_tup_upd + n_tup_del from pg_catalog.pg_stat_user_tables
          where schemaname <> 'dbgate'
        """;

    const string Position = """
        select (select stats_reset from pg_catalog.pg_stat_database where datname = current_database()),
               pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, clock_timestamp()
        """;

    /// <summary>Reads the statistics; null where the server does not tell them to this role.</summary>
    /// <exception cref="Problems.GateException">The connection broke.</exception>
    public static async Task<DatabaseWrites?> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            var tables = await session.QueryAsync(Counters, row => (Name: row.GetString(0), Rows: row.GetInt64(1)), cancellationToken);
            var (reset, wal, now) = (await session.QueryAsync(
                Position,
                row => (row.IsDBNull(0) ? (DateTimeOffset?)null : Utc(row, 0), row.GetInt64(1), Utc(row, 2)), cancellationToken))[0];
            return new DatabaseWrites(
                new WriteCounters(tables.Sum(table => table.Rows), reset, wal),
                tables.ToDictionary(table => table.Name, table => table.Rows), now);
        }
        catch (PostgresFault)
        {
            return null;
        }
    }

    static DateTimeOffset Utc(System.Data.Common.DbDataReader row, int column) =>
        row.GetFieldValue<DateTimeOffset>(column).ToUniversalTime();

    /// <summary>
    /// What was written since an earlier moment; null when that moment was not read. Rows are null when the statistics were reset, or
    /// tables dropped, between.
    /// </summary>
    public WrittenSince? Since(WriteCounters? earlier) => earlier is null
        ? null
        : new WrittenSince(
            earlier.ResetAt == Total.ResetAt && Total.Rows >= earlier.Rows ? Total.Rows - earlier.Rows : null,
            Math.Max(0, Total.WalBytes - earlier.WalBytes),
            At.AddTicks(-(At.Ticks % TimeSpan.TicksPerSecond)));
}

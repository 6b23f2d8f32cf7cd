using System.Data.Common;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>Reads the ledger from the table: Prisma's CLI exits 0 on states that must block.</summary>
static class LedgerReader
{
    public const string Table = "_prisma_migrations";

    /// <summary>Prisma's own lock. DbGate only looks at it; holding it would make Prisma time out.</summary>
    public const int Lock = 72707369;

    const string Overview = """
        select to_regclass(format('%I.%I', $1::text, '_prisma_migrations')) is not null,
               to_regclass('prisma_contract.ledger') is not null or to_regclass('prisma_contract.marker') is not null,
               (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> '_prisma_migrations'
                   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')),
               txid_snapshot_xmax(txid_current_snapshot()),
               (select string_agg(format('%I.%I', n.nspname, c.relname), ', ' order by n.nspname, c.relname)
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p') and n.nspname in ($1, 'public', 'drizzle') and lower(c.relname) = any ($2)),
               h.pid, h.usename::text, h.application_name, left(h.query, 200), extract(epoch from clock_timestamp() - h.query_start)::float8
          from (select 1) one
          left join lateral (
            select a.* from pg_locks l join pg_stat_activity a using (pid)
             where l.locktype = 'advisory' and l.classid = 0 and l.objid = 72707369 and l.objsubid = 1 and l.granted
               and l.database = (select oid from pg_database where datname = current_database())
             limit 1) h on true
        """;

    public static async Task<Ledger> ReadAsync(Session session, string schema, CancellationToken cancellationToken)
    {
        var overview = (await session.QueryAsync(
            Overview,
            row =>
                new Ledger(row.GetBoolean(0), [], row.GetInt64(2), Holder(row))
                {
                    Refusal = row.GetBoolean(1) ? PrismaProblems.Prisma8() : null,
                    NextTransaction = row.GetInt64(3),
                    Others = row.IsDBNull(4) ? null : row.GetString(4),
                },
            cancellationToken,
            schema,
            ToolLedgerReader.OtherLedgers))[0];
        return overview.Exists ? overview with { Rows = await RowsAsync(session, schema, cancellationToken) } : overview;
    }

    static Task<IReadOnlyList<LedgerRow>> RowsAsync(Session session, string schema, CancellationToken cancellationToken) =>
        session.QueryAsync(
            $"""
            select id, migration_name, checksum, started_at, finished_at, rolled_back_at, applied_steps_count, left(logs, 2000)
              from {Sql.Identifier(schema)}.{Table} order by started_at, migration_name
            """,
            row => new LedgerRow(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetFieldValue<DateTimeOffset>(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
                row.GetInt32(6),
                row.IsDBNull(7) ? null : row.GetString(7)),
            cancellationToken);

    static MigrationLockHolder? Holder(DbDataReader row) =>
        row.IsDBNull(5)
            ? null
            : new MigrationLockHolder(
                row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetString(6),
                row.IsDBNull(7) ? null : row.GetString(7),
                row.IsDBNull(8) ? null : row.GetString(8),
                row.IsDBNull(9) ? null : TimeSpan.FromSeconds(row.GetDouble(9)));
}

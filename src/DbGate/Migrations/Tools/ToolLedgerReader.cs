using System.Data.Common;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Reads the ledger of any tool of the catalogue. The table is found by its columns, never by its name alone. A table that cannot be judged
/// is a refusal: nothing is called applied or pending by guess.
/// </summary>
static class ToolLedgerReader
{
    const string LockTimeout = "55P03";

    // In lower case: Entity Framework, Flyway, Liquibase, Django, Alembic, Rails, Knex, Drizzle, TypeORM, Sequelize, MikroORM,
    // node-pg-migrate, DbUp, FluentMigrator, goose, dbmate and golang-migrate (schema_migrations), sqlx, Diesel, Refinery, Atlas, Payload,
    // Strapi, Supabase.
    internal static readonly string[] OtherLedgers =
    [
        "__efmigrationshistory", "flyway_schema_history", "databasechangelog", "django_migrations", "alembic_version", "schema_migrations",
        "knex_migrations",
        "__drizzle_migrations", "typeorm_metadata", "sequelizemeta", "mikro_orm_migrations", "pgmigrations", "schemaversions",
        "versioninfo", "goose_db_version",
        "_sqlx_migrations", "__diesel_schema_migrations", "refinery_schema_history", "atlas_schema_revisions", "payload_migrations",
        "strapi_migrations",
    ];

    static readonly string[] Names =
    [
        .. MigrationToolCatalog.All.Select(tool => tool.Facts.Ledger.Split('.')[^1].ToLowerInvariant())
            .Concat(OtherLedgers)
            .Append("ar_internal_metadata")
            .Distinct(),
    ];

    /// <summary>Ledgers among the tables of an application.</summary>
    static readonly string[] Beside =
    [
        .. MigrationToolCatalog.All.Where(tool => tool.Schema is null).Select(tool => tool.Facts.Ledger.ToLowerInvariant())
            .Concat(OtherLedgers)
            .Append("ar_internal_metadata")
            .Distinct(),
    ];

    const string Overview = """
        select current_database()::text, txid_snapshot_xmax(txid_current_snapshot()),
               (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = $1 and c.relkind in ('r', 'p') and not (lower(c.relname) = any ($2))
                   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))
        """;

    const string Tables = """
        select n.nspname::text, c.relname::text, array_agg(a.attname::text
          order by a.attnum), array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum)
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and (lower(c.relname) = any ($1) or n.nspname || '.' || c.relname = $2
                or (cardinality($3::text[]) > 0
                    and (select count(*) from pg_attribute s where s.attrelid = c.oid and s.attnum > 0
                      and replace(lower(s.attname), '_', '') = any ($3)) = cardinality($3)))
         group by 1, 2 order by 1, 2
        """;

    const string Holders = """
        select a.pid, a.usename::text, a.application_name, left(a.query, 200), extract(epoch
          from clock_timestamp() - a.query_start)::float8, l.locktype = 'relation'
          from pg_locks l join pg_stat_activity a using (pid)
               left join pg_class c on l.locktype = 'relation' and c.oid = l.relation left join pg_namespace n on n.oid = c.relnamespace
         where l.granted and l.pid <> pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
           and (l.locktype = 'advisory' and l.objsubid = 1 and ((l.classid::bigint << 32) | l.objid::bigint) = any ($1)
                or l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and n.nspname || '.' || c.relname = any ($2))
         order by 6 desc limit 1
        """;

    /// <param name="tool">Whose ledger.</param>
    /// <param name="named">The ledger that the settings name; null when it is found by its columns.</param>
    /// <param name="session">On the target.</param>
    /// <param name="schema">The schema of the URL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<Ledger> ReadAsync(
        MigrationTool tool, string? named, Session session, string schema, CancellationToken cancellationToken)
    {
        var found = await session.QueryAsync(
            Tables,
            row =>
                new LedgerTable(
                    row.GetString(0), row.GetString(1), [.. row.GetFieldValue<string[]>(2).Zip(row.GetFieldValue<string[]>(3))]),
            cancellationToken,
            Names,
            TableOf(named) ?? "",
            tool.Signature.ToArray());
        var (tables, refusal) = Choose(tool, TableOf(named), found, schema);
        var (database, next, others) = (await session.QueryAsync(
            Overview, row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken, schema, Beside))[0];
        var empty = new Ledger(tables.Count > 0, [], others, null)
        {
            NextTransaction = next,
            Others = string.Join(
                ", ",
                found.Except(tables)
                    .Where(table => IsForeign(tool, table))
                    .Select(table => $"{table.Schema}.{Sql.Identifier(table.Name)}")) is { Length: > 0 } foreign ? foreign : null,
            Refusal = refusal,
            Table = tables.Count > 0 ? tables[0] : null,
        };
        if (refusal is not null || tables.Count == 0)
        {
            return empty;
        }

        var (holder, isTable) = await HolderAsync(tool, tables, session, database, cancellationToken);
        if (isTable)
        {
            return empty with { LockHolder = holder, Refusal = ToolProblems.TableLocked(tool, tables[0], holder) };
        }

        try
        {
            await session.ExecuteAsync("set lock_timeout = '2s'", cancellationToken);
            var rows = new List<LedgerRow>();
            foreach (var table in tables)
            {
                rows.AddRange(await session.QueryAsync(tool.Rows(table), row => Row(row, rows.Count), cancellationToken));
            }

            var problems = await tool.ExamineAsync(session, tables[0], cancellationToken);
            return empty with { Rows = rows, LockHolder = holder, Problems = problems };
        }
        catch (PostgresFault fault) when (fault.SqlState == LockTimeout)
        {
            return empty with { LockHolder = holder, Refusal = ToolProblems.TableLocked(tool, tables[0], holder) };
        }
        finally
        {
            if (session.IsOpen)
            {
                await session.ExecuteAsync("reset lock_timeout", CancellationToken.None);
            }
        }
    }

    /// <summary>Which tables are the ledger. Pure.</summary>
    internal static (IReadOnlyList<LedgerTable> Tables, Problem? Refusal) Choose(
        MigrationTool tool, string? named, IReadOnlyList<LedgerTable> found, string schema)
    {
        if (named is not null)
        {
            return found.FirstOrDefault(table => table.Shown == named) is not { } one
                ? ([], ToolProblems.NamedLedger(named, "which does not exist"))
                : tool.Owns(one) ? ([one], null)
                : ([], ToolProblems.NamedLedger(named, $"whose columns are not those of {tool.Facts.Name}"));
        }

        LedgerTable[] owned = [.. found.Where(table => tool.Owns(table) && tool.Fits(found))];
        if (owned.Length == 0)
        {
            var same =
                found.Where(table => table.IsNamed(tool.Facts.Ledger.Split('.')[^1])
                    && (tool.Facts.Ledger.Split('.') is not [var own, _] || table.Schema == own))
                    .OrderByDescending(table => table.Schema == schema)
                    .FirstOrDefault();
            return same is null ? ([], null) : ([], ToolProblems.ForeignColumns(tool, same, Owner(tool, same, found)));
        }

        LedgerTable[] here = [.. owned.Where(table => table.Schema == schema)];
        return owned.Length == 1 || tool.MergesTables ? (owned, null)
            : here.Length == 1 ? (here, null)
            : ([], ToolProblems.SeveralLedgers(tool, owned));
    }

    static MigrationTool? Owner(MigrationTool tool, LedgerTable table, IReadOnlyList<LedgerTable> all) =>
        MigrationToolCatalog.All.FirstOrDefault(other => other != tool && other.Owns(table) && other.Fits(all));

    static bool IsForeign(MigrationTool tool, LedgerTable table) =>
        !tool.Owns(table) && (OtherLedgers.Contains(table.Name.ToLowerInvariant()) || table.IsNamed(LedgerReader.Table));

    static async Task<(MigrationLockHolder? Holder, bool IsTable)> HolderAsync(
        MigrationTool tool, IReadOnlyList<LedgerTable> tables, Session session, string database, CancellationToken cancellationToken)
    {
        var holders = await session.QueryAsync(
            Holders,
            row => (new MigrationLockHolder(
                row.GetInt32(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.IsDBNull(2) ? null : row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(4) ? null : TimeSpan.FromSeconds(row.GetDouble(4))), row.GetBoolean(5)),
            cancellationToken,
            tool.LockKeys(database, tables[0]).ToArray(),
            tables.Select(table => table.Shown).ToArray());
        return holders.Count > 0 ? holders[0] : (null, false);
    }

    static LedgerRow Row(DbDataReader row, int index)
    {
        var at = row.IsDBNull(2) ? DateTimeOffset.UnixEpoch : row.GetFieldValue<DateTimeOffset>(2);
        var state = row.GetString(3);
        return new LedgerRow(
            $"{index}",
            row.GetString(0),
            row.IsDBNull(1) ? "" : row.GetString(1),
            at,
            state is "applied" or "claimed" ? at : null,
            state == "rolledback" ? at : null,
            state == "applied" ? 1 : 0,
            row.IsDBNull(4) ? null : row.GetString(4));
    }

    /// <summary>Of "schema.table" or "schema.table.column" the table.</summary>
    static string? TableOf(string? named) => named is null ? null : string.Join('.', named.Split('.').Take(2));
}

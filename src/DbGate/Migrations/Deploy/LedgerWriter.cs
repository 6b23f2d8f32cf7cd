using System.Globalization;
using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>Writes the ledger as Prisma's schema engine does (facts: its source, docs/ledger.md).</summary>
sealed class LedgerWriter(Session session, string schema, TimeProvider clock)
{
    readonly string table = $"{Sql.Identifier(schema)}.{LedgerReader.Table}";

    public async Task CreateAsync(CancellationToken cancellation)
    {
        if (await session.ScalarAsync<bool>("select to_regclass($1) is null", cancellation, table))
        {
            await session.ExecuteAsync($"create schema if not exists {Sql.Identifier(schema)}", cancellation);
            await session.ExecuteAsync(
                $"""
                create table {table} (
                    id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
                    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
                    started_at timestamptz not null default now(), applied_steps_count integer not null default 0)
                """,
                cancellation);
        }
    }

    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>The statement that begins a row: a transaction of its own, so that it outlives whatever becomes of the file.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="migration">Which.</param>
    /// <param name="mark">What stands in the row's <c>logs</c> until it ends; null for nothing, as Prisma has it.</param>
    public string Start(string id, Migration migration, string? mark) =>
        $"insert into {table} (id, checksum, migration_name, started_at, logs) values "
        + $"({Sql.Literal(id)}, {Sql.Literal(migration.Checksum!)}, {Sql.Literal(migration.Name)}, {Now()}, {(mark is null ? "null" : Sql.Literal(mark))})";

    public async Task<string> StartAsync(Migration migration, CancellationToken cancellation)
    {
        var id = NewId();
        await session.ExecuteAsync(Start(id, migration, null), cancellation);
        return id;
    }

    /// <summary>
    /// The statement that ends a row, to be sent as the last one of the file's own transaction. Where the row could not be begun, it fails, and
    /// the file with it: nothing is applied that the ledger does not show.
    /// </summary>
    public string Finish(string id) =>
        $"""
        with ended as (
            update {table} set applied_steps_count = applied_steps_count + 1, finished_at = greatest(clock_timestamp(), started_at), logs = null
             where id = {Sql.Literal(id)} returning 1)
        select case when count(*) = 1 then 1 else (count(*)::text || ' rows of this migration in the ledger')::int end from ended
        """;

    public Task FinishAsync(string id, CancellationToken cancellation) =>
        session.ExecuteAsync(
            $"update {table} set applied_steps_count = applied_steps_count + 1, finished_at = $2 where id = $1",
            cancellation,
            id,
            clock.GetUtcNow().UtcDateTime);

    string Now() => $"timestamptz '{clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'";

    /// <summary>What <c>prisma migrate resolve --rolled-back</c> writes: nothing of it is in the database, and the next deploy runs it again.</summary>
    public Task RollBackAsync(string id, CancellationToken cancellation) =>
        session.ExecuteAsync(
            $"update {table} set rolled_back_at = $2 where id = $1 and finished_at is null and rolled_back_at is null", cancellation, id, clock.GetUtcNow().UtcDateTime);

    public Task FailAsync(string id, string logs, CancellationToken cancellation) =>
        session.ExecuteAsync($"update {table} set logs = $2 where id = $1 and finished_at is null", cancellation, id, logs);
}

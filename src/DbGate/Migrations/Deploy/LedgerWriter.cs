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

    /// <param name="migration">Which.</param>
    /// <param name="mark">What stands in the row's <c>logs</c> until it ends; null for nothing, as Prisma has it.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<string> StartAsync(Migration migration, string? mark, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString();
        await session.ExecuteAsync(
            $"insert into {table} (id, checksum, migration_name, started_at, logs) values ($1, $2, $3, $4, $5)",
            cancellation,
            id,
            migration.Checksum,
            migration.Name,
            clock.GetUtcNow().UtcDateTime,
            mark);
        return id;
    }

    /// <summary>The statement that ends a row, to be sent as the last one of the file's own transaction.</summary>
    public string Finish(string id) =>
        $"update {table} set applied_steps_count = applied_steps_count + 1, finished_at = greatest(clock_timestamp(), started_at), logs = null where id = {Sql.Literal(id)}";

    public Task FinishAsync(string id, CancellationToken cancellation) =>
        session.ExecuteAsync(
            $"update {table} set applied_steps_count = applied_steps_count + 1, finished_at = $2 where id = $1",
            cancellation,
            id,
            clock.GetUtcNow().UtcDateTime);

    /// <summary>What <c>prisma migrate resolve --rolled-back</c> writes: nothing of it is in the database, and the next deploy runs it again.</summary>
    public Task RollBackAsync(string id, CancellationToken cancellation) =>
        session.ExecuteAsync(
            $"update {table} set rolled_back_at = $2 where id = $1 and finished_at is null and rolled_back_at is null", cancellation, id, clock.GetUtcNow().UtcDateTime);

    public Task FailAsync(string id, string logs, CancellationToken cancellation) =>
        session.ExecuteAsync($"update {table} set logs = $2 where id = $1", cancellation, id, logs);
}

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

    public async Task<string> StartAsync(Migration migration, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString();
        await session.ExecuteAsync(
            $"insert into {table} (id, checksum, migration_name, started_at) values ($1, $2, $3, $4)",
            cancellation,
            id,
            migration.Checksum,
            migration.Name,
            clock.GetUtcNow().UtcDateTime);
        return id;
    }

    public Task FinishAsync(string id, CancellationToken cancellation) =>
        session.ExecuteAsync(
            $"update {table} set applied_steps_count = applied_steps_count + 1, finished_at = $2 where id = $1",
            cancellation,
            id,
            clock.GetUtcNow().UtcDateTime);

    public Task FailAsync(string id, string logs, CancellationToken cancellation) =>
        session.ExecuteAsync($"update {table} set logs = $2 where id = $1", cancellation, id, logs);
}

using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>Writes the ledger as Prisma's schema engine does (facts: its source, docs/reference/ledger.md). All times are the
/// server's.</summary>
/// <param name="session">Writes.</param>
/// <param name="schema">Where the ledger is; null names it without a schema, as Prisma does.</param>
sealed class LedgerWriter(Session session, string? schema)
{
    /// <summary>Of the ledger, as Prisma creates it.</summary>
    public const string Columns =
        "id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not "
            + "null, logs text, "
        + "rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0";

    readonly string table = schema is null ? LedgerReader.Table : $"{Sql.Identifier(schema)}.{LedgerReader.Table}";

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (await session.ScalarAsync<bool>("select to_regclass($1) is null", cancellationToken, table))
        {
            // Without the question first, the statement would need the right to create schemas although there is one.
            if (await session.ScalarAsync<bool>("select to_regnamespace($1) is null", cancellationToken, Sql.Identifier(schema!)))
            {
                await session.ExecuteAsync($"create schema if not exists {Sql.Identifier(schema!)}", cancellationToken);
            }

            await session.ExecuteAsync($"create table {table} ({Columns})", cancellationToken);
        }
    }

    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>
    /// The statement that begins a row: in a transaction before the file's, so that it outlives whatever becomes of the file.
    /// </summary>
    /// <param name="id">The row's.</param>
    /// <param name="migration">Which.</param>
    /// <param name="mark">What is in the row's <c>logs</c> until it ends; null for nothing, as Prisma has it.</param>
    public string Start(string id, Migration migration, string? mark) => $"{Into} values ({Sql.Literal(id)}, {Values(migration, mark)})";

    public async Task<string> StartAsync(Migration migration, CancellationToken cancellationToken)
    {
        var id = NewId();
        await session.ExecuteAsync(Start(id, migration, null), cancellationToken);
        return id;
    }

    /// <summary>
    /// The statement that ends a row, to be sent as the last one of the file's own transaction. Where the row could not be begun, it fails,
    /// and the file with it: nothing is applied that the ledger does not show.
    /// </summary>
    public string Finish(string id) => $"{Ended(id)} select {OneOr("1", "int")} from ended";

    /// <summary>The same, and it begins the next row.</summary>
    /// <param name="id">The one that ends.</param>
    /// <param name="nextId">The one that begins.</param>
    /// <param name="next">Which migration begins.</param>
    /// <param name="mark">As in <see cref="Start"/>.</param>
    public string FinishAndStart(string id, string nextId, Migration next, string? mark) =>
        $"{Ended(id)} {Into} select {OneOr(Sql.Literal(nextId), "text")}, {Values(next, mark)} from ended";

    public Task FinishAsync(string id, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"update {table} set {Finished} where id = $1", cancellationToken, id);

    /// <summary>
    /// What <c>prisma migrate resolve --rolled-back</c> writes: nothing of it is in the database, and the next deploy runs it again.
    /// </summary>
    public Task RollBackAsync(string id, CancellationToken cancellationToken) =>
        session.ExecuteAsync(
            $"update {table} set rolled_back_at = clock_timestamp() where id = $1 and finished_at is null and rolled_back_at is null",
            cancellationToken, id);

    public Task FailAsync(string id, string logs, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"update {table} set logs = $2 where id = $1 and finished_at is null", cancellationToken, id, logs);

    /// <summary>Deletes the row of a file that was begun and of which nothing was applied.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"delete from {table} where id = $1 and finished_at is null", cancellationToken, id);

    string Into => $"insert into {table} (id, checksum, migration_name, started_at, logs)";

    const string Finished =
        "applied_steps_count = applied_steps_count + 1, finished_at = greatest(clock_timestamp(), started_at), logs = null";

    static string Values(Migration migration, string? mark) =>
        $"{Sql.Literal(migration.Checksum!)}, {Sql.Literal(migration.Name)}, clock_timestamp(), "
            + $"{(mark is null ? "null" : Sql.Literal(mark))}";

    string Ended(string id) => $"with ended as (update {table} set {Finished} where id = {Sql.Literal(id)} returning 1)";

    /// <summary>The cast of what is no number fails, and its words are in the error.</summary>
    static string OneOr(string value, string type) =>
        $"case when count(*) = 1 then {value} else (count(*)::text || ' rows of this migration in the ledger')::int::{type} end";
}
